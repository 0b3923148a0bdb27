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
const count = document.querySelector('[data-count]'), every = all('[data-all]');
if (count) {
  const boxes = () => all('input[name=id]:not(:disabled)');
  const tell = () => {
    boxes().forEach(box => box.closest('tr').classList.toggle('on', box.checked));
    const whole = document.querySelector('.bulk [name=all]');
    count.textContent = whole.checked ? '已选符合条件的全部' : `已选 ${boxes().filter(box => box.checked).length} 件`;
  };
  document.addEventListener('change', event => {
    const { target } = event;
    if (every.includes(target)) for (const box of [...boxes(), ...every]) box.checked = target.checked;
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
