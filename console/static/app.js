// Progressive only: every page is complete without this file.

// The error summary takes focus.
const errors = document.querySelector('main .errors[role=alert]');
if (errors) errors.focus();

// Select the page, count the selection.
const count = document.querySelector('[data-count]'), all = document.querySelector('[data-all]');
if (count) document.addEventListener('change', event => {
  const boxes = [...document.querySelectorAll('input[name=id]:not(:disabled)')];
  if (event.target === all) boxes.forEach(box => { box.checked = all.checked; });
  boxes.forEach(box => box.closest('tr').classList.toggle('on', box.checked));
  count.textContent = `已选 ${boxes.filter(box => box.checked).length} 件`;
});
