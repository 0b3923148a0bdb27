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

  const send = async () => {
    const sent = text.value, body = new FormData(form);
    body.append('do', 'autosave');
    try {
      const answer = await fetch(form.action, { method: 'POST', body });
      if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
      const { rev: now, say: words, stop } = await answer.json();
      if (now) { rev.value = now; kept = sent; }
      if (stop) over = true;
      say.textContent = words;
      return !stop;
    } catch {
      say.textContent = '未保存，正在重试，文本还在本页';
      timer = setTimeout(save, 5000);
      return false;
    }
  };
  const save = () => {
    clearTimeout(timer);
    if (!saving && !over && text.value !== kept) saving = send().finally(() => { saving = null; });
    return saving;
  };
  text.addEventListener('input', () => {
    number();
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  // A save on its way would make the button's text stale: wait for it.
  form.addEventListener('submit', async event => {
    clearTimeout(timer);
    if (!saving) { over = gone = true; return; }
    const { submitter } = event;
    event.preventDefault();
    await saving;
    setTimeout(() => form.requestSubmit(submitter));
  });

  // Other pages show what is saved: whoever leaves by a link or another form takes along what was
  // typed last. Where that cannot be saved it is told, and the second time nothing is waited for.
  let asked = false, gone = false;
  const leave = async (event, go) => {
    if (asked || gone || (!saving && text.value === kept)) return;
    event.preventDefault();
    while (saving || (!over && text.value !== kept)) {
      if (!await save()) break;
    }
    if (text.value === kept) { go(); return; }
    asked = true;
    setTimeout(() => { asked = false; }, 10000);
    say.textContent = `${say.textContent}。再点一次就离开本页，不保存`;
    say.scrollIntoView({ block: 'center' });
  };
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href]');
    const { button, ctrlKey, shiftKey, altKey, metaKey, defaultPrevented } = event;
    if (!link || defaultPrevented || button || ctrlKey || shiftKey || altKey || metaKey) return;
    if (link.target || link.hash && link.href.split('#')[0] === location.href.split('#')[0]) return;
    leave(event, () => { location.href = link.href; });
  });
  document.addEventListener('submit', event => {
    const { target, submitter, defaultPrevented } = event;
    if (target === form || defaultPrevented) return;
    leave(event, () => target.requestSubmit(submitter));
  }, true);
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
}
