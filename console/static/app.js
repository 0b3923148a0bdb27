// Progressive only: every page is complete without this file.
'use strict';
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// The error summary takes focus.
const errors = document.querySelector('main .errors[role=alert]');
if (errors) errors.focus();

// Parts that matter only while a choice stands: data-when="bind=yes".
for (const part of all('[data-when]')) {
  const [name, value] = part.dataset.when.split('=');
  const inputs = all(`input[name="${name}"]`);
  const update = () => { part.hidden = !inputs.some(input => input.checked && input.value === value); };
  if (part.querySelector('[aria-invalid], .err')) continue;
  inputs.forEach(input => input.addEventListener('change', update));
  update();
}

// Select the page, count the selection.
const count = document.querySelector('[data-count]'), every = document.querySelector('[data-all]');
if (count) {
  const boxes = () => all('input[name=id]:not(:disabled)');
  const tell = () => {
    boxes().forEach(box => box.closest('tr').classList.toggle('on', box.checked));
    count.textContent = `已选 ${boxes().filter(box => box.checked).length} 件`;
  };
  document.addEventListener('change', event => {
    if (event.target === every) boxes().forEach(box => { box.checked = every.checked; });
    tell();
  });
  tell();
}

// A form is sent once: the button says so and keeps its width. Coming back by the history frees it.
document.addEventListener('submit', event => {
  const form = event.target, button = event.submitter;
  if (form.method !== 'post' || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  if (!button || button.closest('.demo, .foot, .who')) return;
  setTimeout(() => {
    button.style.minWidth = `${button.offsetWidth}px`;
    button.dataset.words = button.innerHTML;
    button.textContent = '提交中…';
    button.setAttribute('aria-disabled', 'true');
  });
});
addEventListener('pageshow', event => {
  if (!event.persisted) return;
  for (const form of all('form[data-sent]')) delete form.dataset.sent;
  for (const button of all('[data-words]')) {
    button.innerHTML = button.dataset.words;
    button.removeAttribute('aria-disabled');
    delete button.dataset.words;
  }
});

// Files: say at once what the server would refuse, before anything is sent.
document.addEventListener('change', event => {
  const input = event.target;
  if (input.type !== 'file' || !input.dataset.maxMb) return;
  const large = [...input.files].filter(file => file.size > input.dataset.maxMb * 1048576);
  const say = large.map(file => `「${file.name}」超过 ${input.dataset.maxMb} MB，请压缩后再传`).join('；');
  let error = document.getElementById(`${input.id}-now`);
  if (!error) {
    error = document.createElement('span');
    error.id = `${input.id}-now`;
    error.className = 'err';
    error.setAttribute('role', 'status');
    input.before(error);
  }
  error.textContent = say;
});

// Single keys press what carries them: data-key="a". Off in fields, while composing, and by setting.
let row = -1;
document.addEventListener('keydown', event => {
  const typing = event.target.closest('input:not([type=checkbox]):not([type=radio]), select, textarea');
  if (typing || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (root.dataset.shortcuts === 'off') return;
  const rows = all('tbody tr').filter(tr => tr.querySelector('th a'));
  const step = { j: 1, k: -1 }[event.key];
  if (step && rows.length) {
    row = Math.max(0, Math.min(rows.length - 1, row + step));
    rows[row].querySelector('th a').focus();
    rows[row].scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'x' && rows[row]) {
    const box = rows[row].querySelector('input[name=id]');
    if (box) box.click();
  } else if (event.key === 'o' && rows[row]) {
    rows[row].querySelector('th a').click();
  } else {
    const target = all('[data-key]').find(element => element.dataset.key === event.key);
    if (!target) return;
    if (target.matches('a, button')) target.click(); else target.focus();
  }
  event.preventDefault();
});

// A common phrase goes into the opinion.
document.addEventListener('change', event => {
  if (!('phrase' in event.target.dataset) || !event.target.value) return;
  const opinion = event.target.form.querySelector('[name=opinion], textarea');
  if (opinion) { opinion.value = event.target.value; opinion.focus(); }
});

// Drafts save themselves: data-save is where to; two seconds after the last key and on leaving. Only
// what changed since the last save is sent, with the revision it was made on.
for (const form of all('form[data-save]')) {
  if (!form.dataset.save) continue;
  const told = form.querySelector('[data-saved]');
  const texts = () => new Map([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
  let kept = texts(), timer = 0, busy = false;
  const save = async () => {
    if (busy || form.dataset.sent) return;
    const now = texts(), body = new URLSearchParams();
    for (const [name, value] of now) if (kept.get(name) !== value) body.append(name, value);
    for (const name of kept.keys()) if (!now.has(name)) body.append(name, '');
    if (!body.toString()) return;
    for (const name of ['csrf', 'rev']) if (now.has(name)) body.set(name, now.get(name));
    busy = true;
    try {
      const answer = await fetch(form.dataset.save, { method: 'POST', body, headers: { accept: 'application/json' }, keepalive: true });
      if (!answer.ok) throw new Error(String(answer.status));
      const { rev, at } = await answer.json();
      if (form.elements.rev && rev) form.elements.rev.value = rev;
      kept = now;
      if (rev) kept.set('rev', String(rev));
      if (told) told.textContent = `${at} 已自动保存`;
    } catch (error) {
      if (told) told.textContent = error.message === '409' ? '这一项已在别处修改，请先保存到别处再刷新' : '未保存，正在重试，内容还在本页';
      if (error.message !== '409') timer = setTimeout(save, 5000);
    }
    busy = false;
  };
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
}
