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

// How a part looks, whatever is filled in and wrong with that: what was wrong stays marked until the
// form is sent again.
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

// The page that answers a look, brought into the form; what is said of it.
const freshen = async (form, text) => {
  await released();
  const page = new DOMParser().parseFromString(text, 'text/html');
  const sent = all('form[data-live]', page).find(other => other.getAttribute('action') === form.getAttribute('action'));
  if (!sent) throw new Error('no form');
  // Where nothing is saved, whoever decides does so on what the page was made from.
  if ('save' in form.dataset) form.elements.rev.value = sent.elements.rev.value;
  const news = all('[data-notice]', page).map(note => note.textContent.trim());
  const told = merge(form, sent);
  if (told.length) news.push(`多了：${told.join('、')}`);
  return news.join('；');
};
