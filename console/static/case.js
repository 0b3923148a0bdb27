// Forms of cases save what changed, 2 s after typing stops and on leaving; without this file the button
// saves. Forms in which something hangs on what is typed are looked at anew whenever something changes.
for (const form of all('form[data-save], form[data-live]')) {
  const { rev } = form.elements, changed = new Set();
  const say = words => { const told = form.querySelector('[data-saved]'); if (told) told.textContent = words; };
  const saves = 'save' in form.dataset && rev && rev.value, live = 'live' in form.dataset;
  let timer = 0, sending = null, over = false, looks = false;
  if (!saves && !live) continue;

  const root = name => name.replace(/\.(from|to|open)$/, '');
  const pairs = isSent => {
    const pairs = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string' && isSent(name)) pairs.append(name, value);
    }
    return pairs;
  };
  const body = () => {
    const lists = new Set();
    for (const name of changed) {
      const list = /^(.*?)\[\d+\]/.exec(name);
      if (list) lists.add(list[1] + '.rows');
    }
    const own = pairs(name => ['csrf', 'key', 'rev'].includes(name) || changed.has(root(name)) || lists.has(name));
    own.append('do', 'autosave');
    return own;
  };
  // Files on their way come with the button.
  const whole = () => {
    const typed = pairs(name => !/\.(piece|refused)$/.test(name));
    typed.append('do', 'look');
    return typed;
  };
  const saved = answer => {
    if (answer.rev) rev.value = answer.rev;
    if (answer.stop) over = true;
    return answer.say;
  };
  const exchange = async () => {
    const sent = [...changed], look = looks;
    form.toggleAttribute('data-looks', look);
    const request = fetch(form.action, { method: 'POST', body: look ? whole() : body() });
    changed.clear();
    looks = false;
    try {
      const answer = await request;
      if (answer.redirected || !answer.ok) throw new Error(answer.status);
      say(look ? freshen(form, await answer.text()) : saved(await answer.json()));
    } catch {
      sent.forEach(name => changed.add(name));
      if (!saves) return;
      // What stands against a look is told by the answer to saving.
      say('未保存，正在重试');
      timer = setTimeout(send, look ? 0 : 5000);
    }
  };
  const send = async () => {
    clearTimeout(timer);
    if (over || sending || !(looks || (saves && changed.size))) return;
    sending = exchange();
    await sending;
    sending = null;
    form.removeAttribute('data-looks');
    if (looks) send();
  };
  const isOurs = ({ name, type }) => name && type !== 'file' && /^(form|ask|given)\./.test(name) && !name.endsWith('.query');
  form.addEventListener('input', event => {
    // What is only searched for is no answer yet.
    if (!isOurs(event.target)) return;
    changed.add(root(event.target.name));
    clearTimeout(timer);
    timer = setTimeout(send, 2000);
  });
  if (live) form.addEventListener('change', event => {
    if (!isOurs(event.target)) return;
    looks = true;
    send();
  });
  // What is on its way would make the button's revision stale: wait for it.
  form.addEventListener('submit', async event => {
    clearTimeout(timer);
    if (sending && saves) {
      const { submitter } = event;
      event.preventDefault();
      looks = false;
      await sending;
      setTimeout(() => form.requestSubmit(submitter));
      return;
    }
    over = true;
    const files = [...form.querySelectorAll('input[type=file]')].some(input => input.files.length);
    say(files ? '正在上传，请不要关闭本页' : '提交中…');
  });
  addEventListener('pagehide', () => {
    if (saves && !over && !sending && changed.size) navigator.sendBeacon(form.action, body());
  });
}

// A phrase goes into the opinion.
const phrase = document.querySelector('[data-phrase]'), opinion = document.getElementById('opinion');
if (phrase && opinion) phrase.addEventListener('change', () => {
  if (phrase.value) opinion.value = [opinion.value, phrase.value].filter(Boolean).join('。');
  phrase.selectedIndex = 0;
  opinion.focus();
});

// Single keys follow what carries them (data-key), j and k move through a list, [ and ] through the
// documents. What decides is only brought under the Enter key: nothing is decided by a key that was
// held or hit by mistake. Off in fields, while composing, and by setting.
document.addEventListener('keydown', event => {
  const off = document.documentElement.dataset.shortcuts === 'off';
  const types = event.target.closest('input:not([type=checkbox]):not([type=radio]), select, textarea');
  if (off || types || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...document.querySelectorAll('.tbl tbody tr')].filter(row => row.querySelector('th a, td a'));
  const row = document.activeElement.closest('.tbl tbody tr');
  const move = step => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + step))];
    if (!next) return null;
    next.scrollIntoView({ block: 'nearest' });
    next.querySelector('th a, td a').focus();
    return next;
  };
  const documents = [...document.querySelectorAll('.thumbs > *')];
  const shown = documents.findIndex(document => document.hasAttribute('aria-current'));
  const press = target => { if (target) target.click(); return target; };
  const keys = {
    j: () => move(1),
    k: () => move(row ? -1 : 0),
    x: () => row && press(row.querySelector('input[type=checkbox]:not(:disabled)')),
    o: () => row && press(row.querySelector('th a')),
    '[': () => press(documents[shown - 1]),
    ']': () => press(documents[shown + 1]),
  };
  const carried = () => {
    const it = [...document.querySelectorAll('[data-key]')].find(it => it.dataset.key === event.key);
    if (!it || it.name !== 'do') return press(it);
    it.focus();
    return it;
  };
  if ((keys[event.key] || carried)()) event.preventDefault();
});

// Another document, or the same larger or turned, comes up in its place; the page stays where it is.
const viewer = document.querySelector('.desk > .stick');
if (viewer) viewer.addEventListener('click', async event => {
  const it = event.target.closest('[data-look]');
  if (!it || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { look } = it.dataset, name = it.textContent;
  const answer = await fetch(look).catch(() => ({}));
  if (!answer.ok || answer.redirected) { if (it.form) it.form.requestSubmit(it); else location = look; return; }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const at = viewer.querySelector('.thumbs').scrollTop, form = document.getElementById('decide'), sent = page.getElementById('decide');
  // Whoever reads one PDF here reads the next here too.
  const unfolded = viewer.querySelector('.pdf[open]'), pdf = page.querySelector('.pdf');
  if (unfolded && pdf) pdf.open = true;
  viewer.replaceChildren(...page.querySelector('.desk > .stick').childNodes);
  viewer.querySelector('.thumbs').scrollTop = at;
  history.replaceState(null, '', look);
  if (form && sent) form.action = sent.action;
  const same = [...viewer.querySelectorAll('[data-look]')].find(other => other.textContent === name);
  if (same) same.focus({ preventScroll: true });
});
