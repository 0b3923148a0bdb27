// The editor of workflow texts: numbers follow the lines, Tab indents, a fault's link leads to its
// line, drafts save themselves. Without this file the buttons do it.
for (const form of document.querySelectorAll('form[data-editor]')) {
  const text = form.elements.text, lines = form.querySelector('[data-lines]'), rev = form.elements.rev;
  const say = form.querySelector('[data-saved]');
  if (text.readOnly) continue;
  let shown = lines.children.length, timer = 0, saving = null, over = false, kept = text.value;

  const number = () => {
    const wanted = text.value.split('\n').length;
    for (; shown < wanted; shown += 1) {
      const span = document.createElement('span');
      span.id = `L${shown + 1}`;
      span.textContent = shown + 1;
      lines.append(span, '\n');
    }
    for (; shown > wanted; shown -= 1) {
      lines.lastChild.remove();
      lines.lastElementChild.remove();
    }
    text.rows = Math.max(wanted + 8, 20);
  };

  const goTo = line => {
    const before = text.value.split('\n').slice(0, line - 1).join('\n').length;
    const start = line > 1 ? before + 1 : 0, end = text.value.indexOf('\n', start);
    text.focus({ preventScroll: true });
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
    text.scrollLeft = 0;
    const mark = document.getElementById(`L${line}`);
    if (mark) mark.scrollIntoView({ block: 'center' });
  };
  const fromHash = () => {
    const line = /^#L(\d+)$/.exec(location.hash);
    if (line) goTo(Number(line[1]));
  };
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="#L"]');
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, '', link.getAttribute('href'));
    fromHash();
  });
  addEventListener('hashchange', fromHash);
  fromHash();

  // Tab indents by two; Escape first, and Tab leaves the box as everywhere else.
  let leaves = false;
  text.addEventListener('keydown', event => {
    if (event.key === 'Escape') { leaves = true; return; }
    if (event.key !== 'Tab' || leaves || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      if (event.key !== 'Shift') leaves = false;
      return;
    }
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = text;
    if (!event.shiftKey && selectionStart === selectionEnd) {
      text.setRangeText('  ', selectionStart, selectionEnd, 'end');
    } else {
      const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
      const block = value.slice(from, selectionEnd);
      const moved = event.shiftKey ? block.replace(/^ {1,2}/gm, '') : block.replace(/^(?=.)/gm, '  ');
      text.setRangeText(moved, from, selectionEnd, 'select');
    }
    text.dispatchEvent(new Event('input', { bubbles: true }));
  });

  const save = async () => {
    clearTimeout(timer);
    if (over || saving || text.value === kept) return;
    const sent = text.value, body = new FormData(form);
    body.append('do', 'autosave');
    saving = fetch(form.action, { method: 'POST', body });
    try {
      const answer = await saving;
      if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
      const { rev: now, say: words, stop } = await answer.json();
      if (now) { rev.value = now; kept = sent; }
      if (stop) over = true;
      say.textContent = words;
    } catch {
      say.textContent = '未保存，正在重试，文本还在本页';
      timer = setTimeout(save, 5000);
    }
    saving = null;
  };
  text.addEventListener('input', () => {
    number();
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  // A save on its way would make the button's text stale: wait for it.
  form.addEventListener('submit', async event => {
    clearTimeout(timer);
    if (!saving) { over = true; return; }
    const { submitter } = event;
    event.preventDefault();
    await saving.catch(() => {});
    setTimeout(() => form.requestSubmit(submitter));
  });
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
}
