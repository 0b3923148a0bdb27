// Forms of cases save what changed, 2 s after typing stops and on leaving; without this file the button
// saves. Forms in which something hangs on what is typed are looked at anew whenever something changes.
for (const form of all('form[data-save], form[data-live]')) {
  const { rev } = form.elements, changed = new Set();
  const say = (words, ...more) => { const told = form.querySelector('[data-saved]'); if (told) told.replaceChildren(words, ...more); };
  const saves = 'save' in form.dataset && rev && rev.value, live = 'live' in form.dataset;
  let timer = 0, sending = null, over = false, looks = false, refused = false;
  if (!saves && !live) continue;

  const root = name => name.replace(/\.(from|to|open)$/, '');
  const pairs = isSent => {
    const pairs = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string' && isSent(name)) pairs.append(name, value);
    }
    return pairs;
  };
  const body = names => {
    const lists = new Set();
    for (const name of names) {
      for (const row of name.matchAll(/\[\d+\]/g)) lists.add(name.slice(0, row.index) + '.rows');
    }
    const own = pairs(name => ['csrf', 'key', 'rev'].includes(name) || names.includes(root(name)) || lists.has(name));
    own.append('do', 'autosave');
    return own;
  };
  // Files on their way come with the button.
  const whole = () => {
    const typed = pairs(name => !/\.(piece|refused)$/.test(name));
    typed.append('do', 'look');
    return typed;
  };
  // What was typed and may not be saved goes along with what is changed next; what is marked as wrong is
  // judged anew.
  const isMarked = () => saves && !refused && ('typed' in form.dataset || form.querySelector('.field.bad'));
  const saved = answer => {
    if (answer.rev) rev.value = answer.rev;
    if (answer.stop) over = true;
    if (answer.look) looks = true;
    return answer.say;
  };
  // Once all of it went along, loading the page anew shows the form as it is saved.
  const settled = said => {
    const here = new URL(location);
    for (const name of 'typed' in form.dataset ? ['answer', 'kept'] : []) here.searchParams.delete(name);
    if (here.href !== location.href) history.replaceState(null, '', here);
    delete form.dataset.typed;
    return said;
  };
  // The page is one of what has been done since: nothing more can be written on it.
  const gone = href => {
    over = true;
    const link = Object.assign(document.createElement('a'), { href, textContent: '看现在的情况' });
    say('这一件已经办过，或者情况有变，这一页不能再用。', link);
    return 0;
  };
  const isDue = () => looks || (saves && changed.size);
  // Sends what is due; how long to wait before what is due then.
  const exchange = async () => {
    const sent = [...changed], look = looks || isMarked();
    form.toggleAttribute('data-looks', look);
    changed.clear();
    looks = false;
    let answer = null;
    try {
      answer = await fetch(form.action, { method: 'POST', body: look ? whole() : body(sent) });
      const isRead = answer.ok || (look && saves && answer.status === 422);
      if (answer.redirected || !isRead) throw new Error(answer.status);
      say(look ? settled(await freshen(form, await answer.text())) : saved(await answer.json()));
      refused = false;
      return looks ? 0 : 2000;
    } catch {
      sent.forEach(name => changed.add(name));
      const isOut = answer && (answer.status === 403 || (answer.redirected && new URL(answer.url).pathname === '/login'));
      if (answer && !isOut && (answer.redirected || (answer.status === 409 && !(look && saves)))) return gone(answer.redirected ? answer.url : form.action);
      // What the server has against a look is told by its answer to saving.
      const isRefused = look && saves && answer && !isOut;
      refused = refused || isRefused;
      looks = look && !isRefused;
      say(isOut ? '登录已过期，请在新窗口登录，再接着填' : saves ? '未保存，正在重试' : '没有连上，正在重试');
      return isRefused ? 0 : 5000;
    }
  };
  const send = async () => {
    clearTimeout(timer);
    if (over || sending || !isDue()) return;
    sending = exchange();
    const wait = await sending;
    sending = null;
    form.removeAttribute('data-looks');
    if (isDue()) timer = setTimeout(send, wait);
  };
  const isOurs = ({ name, type }) => name && type !== 'file' && /^(form|ask|given)\./.test(name) && !name.endsWith('.query');
  form.addEventListener('input', event => {
    // What is only searched for is no answer yet.
    if (!isOurs(event.target)) return;
    changed.add(root(event.target.name));
    clearTimeout(timer);
    timer = setTimeout(send, 2000);
  });
  const look = () => { looks = true; send(); };
  // Coming back to a form that was sent: whether it came through, or something was done since, is told by
  // a look at it.
  addEventListener('pageshow', event => {
    if (!event.persisted) return;
    over = false;
    say('');
    look();
  });
  if (live) {
    form.addEventListener('change', event => { if (isOurs(event.target)) look(); });
    // Coming back by the history, the browser puts back what was chosen, and not what hangs on it.
    const differs = it => it.options ? [...it.options].some(option => option.selected !== option.defaultSelected && (option.value || option.defaultSelected))
      : ['radio', 'checkbox'].includes(it.type) ? it.checked !== it.defaultChecked : it.value !== it.defaultValue;
    addEventListener('pageshow', () => setTimeout(() => { if (controls(form).some(it => isOurs(it) && differs(it))) look(); }));
  }
  // What is on its way would make the button's revision stale: wait for it.
  form.addEventListener('submit', async event => {
    clearTimeout(timer);
    if (sending && saves) {
      const { submitter } = event;
      event.preventDefault();
      looks = false;
      await sending;
      // The button may have come anew meanwhile.
      const same = it => it.name === submitter.name && it.value === submitter.value;
      const button = submitter && !submitter.isConnected ? [...form.elements].find(same) : submitter;
      setTimeout(() => form.requestSubmit(button));
      return;
    }
    over = true;
    for (const input of all('[data-aside] input', form)) input.disabled = true;
    const files = [...form.querySelectorAll('input[type=file]')].some(input => input.files.length);
    say(files ? '正在上传，请不要关闭本页' : '提交中…');
  });
  // Whoever follows a link takes along what is typed: saved later, it would be another window's.
  document.addEventListener('click', async event => {
    const link = event.target.closest('a[href]'), isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (!saves || over || !(changed.size || sending) || !link || link.target || !isPlain || event.defaultPrevented) return;
    if (link.origin !== location.origin || (link.hash && link.pathname + link.search === location.pathname + location.search)) return;
    event.preventDefault();
    const kept = (async () => { await sending; await send(); })();
    await Promise.race([kept, new Promise(done => setTimeout(done, 3000))]);
    location.href = link.href;
  });
  addEventListener('pagehide', () => {
    if (saves && !over && !sending && changed.size) navigator.sendBeacon(form.action, isMarked() ? whole() : body([...changed]));
  });
}

// A phrase goes into the opinion. What is written there stays with its task while something else is looked
// at, until something is decided; the Enter key decides nothing.
const phrase = document.querySelector('[data-phrase]'), opinion = document.getElementById('opinion');
if (opinion) {
  const place = ['意见', document.querySelector('.who span').textContent, location.pathname].join(' ');
  if (!opinion.value) opinion.value = sessionStorage.getItem(place) || '';
  const keep = () => sessionStorage.setItem(place, opinion.value);
  for (const name of ['input', 'change']) opinion.form.addEventListener(name, keep);
  opinion.form.addEventListener('submit', event => {
    const { name, value, textContent } = event.submitter || {};
    if (value === 'enter') event.preventDefault();
    else if (value === 'skip') opinion.disabled = true;
    else if (name === 'do' && !textContent.endsWith('…')) sessionStorage.removeItem(place);
  });
  addEventListener('pageshow', () => { opinion.disabled = false; });
}
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
