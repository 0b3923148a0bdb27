// A form that changes with what is typed: the page as the server sees it now is brought into the page
// that is open. What stands as it stood stays the very element, with its focus and what is in it.
const parts = within => all('[data-part]', within).filter(part => part.parentElement.closest('[data-part], form') === within);

// How a part looks, whatever is filled in.
const shape = part => {
  const copy = part.cloneNode(true);
  for (const input of all('input:not([type=hidden])', copy)) {
    input.removeAttribute('checked');
    if (!['radio', 'checkbox'].includes(input.type)) input.removeAttribute('value');
  }
  for (const option of all('option', copy)) option.removeAttribute('selected');
  for (const area of all('textarea, [data-saved]', copy)) area.textContent = '';
  return copy.outerHTML;
};
const controls = within => all('input:not([type=hidden]):not([type=file]), select, textarea', within);

// Puts the part that was sent in the place of the one that is there, with what is filled in.
const put = (own, sent) => {
  for (const to of controls(sent)) {
    const isPick = ['radio', 'checkbox'].includes(to.type);
    const from = controls(own).find(it => it.name === to.name && (!isPick || it.value === to.value));
    if (!from) continue;
    if (isPick) to.checked = from.checked;
    else if (to.tagName !== 'SELECT' || [...to.options].some(option => option.value === from.value)) to.value = from.value;
  }
  own.replaceWith(sent);
};

// Brings what was sent into what is there; the names of what is new.
const merge = (there, sent) => {
  const own = new Map(parts(there).map(part => [part.dataset.part, part])), told = [];
  let before = null;
  for (const part of parts(sent)) {
    const same = own.get(part.dataset.part);
    own.delete(part.dataset.part);
    if (same) {
      const isKept = same.contains(document.activeElement) || same.querySelector('[type=file], [type=search]');
      if (parts(same).length && parts(part).length) told.push(...merge(same, part));
      else if (!isKept && shape(same) !== shape(part)) { put(same, part); before = part; continue; }
      before = same;
      continue;
    }
    const name = part.querySelector('label, legend, h2, b');
    if (name) told.push(name.firstChild.textContent);
    const first = before ? null : parts(there)[0];
    if (before) before.after(part); else if (first) first.before(part); else there.append(part);
    before = part;
  }
  own.forEach(part => part.remove());
  return told;
};

// The page that answers a look, brought into the form; what is said of it.
const freshen = (form, text) => {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const sent = all('form[data-live]', page).find(other => other.getAttribute('action') === form.getAttribute('action'));
  if (!sent) throw new Error('no form');
  const rev = form.elements.rev;
  if (rev) rev.value = sent.elements.rev.value;
  const news = all('[data-notice]', page).map(note => note.textContent.trim());
  const told = merge(form, sent);
  if (told.length) news.push(`下面多了：${told.join('、')}`);
  return news.join('；');
};
