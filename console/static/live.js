// A form that changes with what is typed: the page as the server sees it now is brought into the page
// that is open. What stands as it stood stays the very element, with its focus and what is in it.
const parts = within => all('[data-part]', within).filter(part => part.parentElement.closest('[data-part], form') === within);
const controls = within => all('input:not([type=hidden]):not([type=file]), select, textarea', within);

// What does not show now is put aside with what is in it, files on their way too, and sends nothing.
const aside = part => {
  if ('aside' in part.dataset) return;
  part.dataset.aside = '';
  part.inputs = all('input, select, textarea, button', part).filter(input => !input.disabled);
  for (const input of part.inputs) input.disabled = true;
};
const back = part => {
  if (!('aside' in part.dataset)) return false;
  delete part.dataset.aside;
  for (const input of part.inputs) input.disabled = false;
  return true;
};

// How a part looks, whatever is filled in and wrong with that.
const shape = part => {
  const copy = part.cloneNode(true);
  copy.classList.remove('bad');
  for (const fault of all('.err', copy)) fault.remove();
  for (const input of all('[aria-invalid], [aria-describedby]', copy)) {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  }
  copy.removeAttribute('aria-describedby');
  for (const input of all('input:not([type=hidden])', copy)) {
    input.removeAttribute('checked');
    if (!['radio', 'checkbox'].includes(input.type)) input.removeAttribute('value');
  }
  for (const option of all('option', copy)) option.removeAttribute('selected');
  for (const area of all('textarea, [data-saved]', copy)) area.textContent = '';
  return copy.outerHTML;
};

// Puts the part that was sent in the place of the one that is there, with what is filled in and the
// focus.
const put = (own, sent) => {
  const isOne = type => ['radio', 'checkbox', 'submit'].includes(type);
  const twin = it => [...controls(sent), ...all('button', sent)].find(to => to.name === it.name && to.type === it.type && (!isOne(to.type) || to.value === it.value));
  for (const from of controls(own)) {
    const to = twin(from);
    if (!to) continue;
    if (isOne(to.type)) to.checked = from.checked;
    else if (to.tagName !== 'SELECT' || [...to.options].some(option => option.value === from.value)) to.value = from.value;
  }
  const active = document.activeElement, focus = own.contains(active) && (twin(active) || controls(sent)[0]);
  own.replaceWith(sent);
  if (focus) focus.focus({ preventScroll: true });
};

// A part in which somebody is writing is left alone until that is over.
const settle = (own, sent) => {
  const active = document.activeElement;
  const writes = own.contains(active) && active.matches('textarea, input:not([type=radio]):not([type=checkbox])');
  if (own.querySelector('[type=file], [type=search]') || shape(own) === shape(sent)) return own;
  if (!writes) { put(own, sent); return sent; }
  active.addEventListener('blur', () => setTimeout(() => { if (own.isConnected && !('aside' in own.dataset)) put(own, sent); }), { once: true });
  return own;
};

// Brings what was sent into what is there; the names of what is new.
const merge = (there, sent) => {
  const own = new Map(parts(there).map(part => [part.dataset.part, part])), told = [];
  const tell = part => {
    const name = part.querySelector('label, legend, h2, b');
    if (name) told.push(name.firstChild.textContent);
  };
  let before = null;
  for (const part of parts(sent)) {
    const same = own.get(part.dataset.part);
    own.delete(part.dataset.part);
    if (same) {
      if (back(same)) tell(part);
      if (parts(same).length && parts(part).length) { told.push(...merge(same, part)); before = same; } else before = settle(same, part);
      continue;
    }
    tell(part);
    const first = before ? null : parts(there)[0];
    if (before) before.after(part); else if (first) first.before(part); else there.append(part);
    before = part;
  }
  own.forEach(aside);
  return told;
};

// What is pressed stays where it is until it is let go.
let pressed = false;
addEventListener('pointerdown', () => { pressed = true; }, true);
for (const over of ['pointerup', 'pointercancel']) addEventListener(over, () => { pressed = false; }, true);
const released = () => new Promise(done => {
  const since = Date.now();
  const look = () => { if (pressed && Date.now() - since < 1500) setTimeout(look, 30); else setTimeout(done); };
  look();
});

// What is wrong with each part that was looked at is told there as it is now, and is gone from the
// summary once it is no more. What is missing stays told until something is there.
const fault = part => part.querySelector(':scope > .err[id]');
const judge = (form, sent) => {
  const now = new Map(all('.field[data-part]', sent).map(part => [part.dataset.part, part]));
  const inputs = part => controls(part).filter(it => it.closest('[data-part]') === part);
  const holds = it => ['radio', 'checkbox'].includes(it.type) ? it.checked : it.type !== 'search' && it.value.trim();
  for (const own of all('.field[data-part]', form)) {
    const part = now.get(own.dataset.part);
    if (!part || !(fault(own) || fault(part)) || !(fault(part) || inputs(own).some(holds))) continue;
    if (fault(own)) fault(own).remove();
    const above = own.querySelector(':scope > .hint') || own.querySelector(':scope > label, :scope > legend');
    if (fault(part)) above.after(fault(part).cloneNode(true));
    own.classList.toggle('bad', !!fault(part));
    const others = [part, ...inputs(part)];
    for (const [place, it] of [own, ...inputs(own)].entries()) {
      for (const name of ['aria-invalid', 'aria-describedby']) {
        const value = others[place] && others[place].getAttribute(name);
        if (value) it.setAttribute(name, value); else it.removeAttribute(name);
      }
    }
  }
  if (!errors) return;
  for (const link of all('a[href^="#"]', errors)) {
    const at = document.getElementById(link.hash.slice(1)), part = at && at.closest('[data-part]');
    if (part && !fault(part)) link.parentElement.remove();
  }
  const left = all('li', errors).length;
  errors.querySelector('h2').textContent = `还有 ${left} 处需要改`;
  if (left) return;
  errors.remove();
  for (const news of all('main [data-notice]')) news.remove();
  document.title = document.title.replace(/^错误：/, '');
};

// The page that answers a look, brought into the form; what is said of it.
const freshen = async (form, text) => {
  await released();
  const page = new DOMParser().parseFromString(text, 'text/html');
  const sent = all('form[data-live], form[data-save]', page).find(other => other.getAttribute('action') === form.getAttribute('action'));
  if (!sent) throw new Error('no form');
  // Where nothing is saved, whoever decides does so on what the page was made from.
  if ('save' in form.dataset) form.elements.rev.value = sent.elements.rev.value;
  const news = all('[data-notice]', page).map(note => note.textContent.trim());
  const judged = sent.cloneNode(true), told = merge(form, sent);
  judge(form, judged);
  if (told.length) news.push(`多了：${told.join('、')}`);
  return news.join('；');
};
