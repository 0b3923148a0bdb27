// Files go up in pieces while the form is still being filled in: progress, pause, retry, and going on
// after a reload. Without this file the form carries them itself.
{
  const PIECE = 1048576, TRIES = 5, KEPT = 'zhiping-uploads';
  const waiting = new Map();
  const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || {}; } catch { return {}; } };
  const keep = change => {
    const all = kept();
    change(all);
    try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { /* then a reload begins anew */ }
  };
  let busy = 0;
  const turns = [];
  const turn = async work => {
    while (busy >= 3) await new Promise(done => { turns.push(done); });
    busy += 1;
    try { return await work(); } finally { busy -= 1; (turns.shift() || (() => {}))(); }
  };
  const make = (tag, about) => Object.assign(document.createElement(tag), about);

  for (const form of all('form[enctype="multipart/form-data"]')) {
    const own = new Set(), csrf = form.elements.csrf;
    waiting.set(form, own);
    const talk = (path, options = {}) => turn(async () => {
      const headers = { 'X-CSRF-Token': csrf.value };
      const answer = await fetch(path, { headers, ...options }).catch(() => ({}));
      if (answer.redirected) throw new Error('登录已过期，请在新窗口登录后重试');
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error('网络不通，已传的部分还在');
      return answer.json();
    });

    const show = (it, words) => {
      it.bar.value = it.size ? it.offset / it.size : 1;
      const percent = `${Math.floor(100 * it.bar.value)}%`;
      it.say.textContent = words || `${percent}，正在上传`;
      it.say.className = it.state === 'failed' ? 'err' : 'sub';
      it.turn.hidden = it.state === 'whole';
      it.turn.textContent = { going: '暂停', paused: '继续', failed: '重试' }[it.state] || '暂停';
    };
    const whole = it => {
      it.state = 'whole';
      Object.assign(it.hidden, { disabled: false, name: `${it.input.name}.piece`, value: `${it.id} ${it.name}` });
      show(it, '已传完，保存后生效');
      if (form.dataset.waits && ![...own].some(other => other.state === 'going')) {
        delete form.dataset.waits;
        form.dataset.sending = 'yes';
        form.requestSubmit(own.submitter);
      }
    };
    const find = async it => {
      const known = Object.entries(kept()).find(([, was]) =>
        was.name === it.name && was.size === it.size && was.modified === it.file.lastModified);
      const arrived = known && await talk(`/uploads/${known[0]}`);
      if (arrived) return Object.assign(it, { id: known[0], offset: arrived.offset });
      const body = new URLSearchParams({ name: it.name, size: it.size, csrf: csrf.value });
      const begun = await talk('/uploads', { method: 'POST', body });
      if (!begun || begun.say) throw Object.assign(new Error(begun ? begun.say : ''), { final: true });
      keep(all => { all[begun.id] = { path: location.pathname, input: it.input.name, name: it.name, size: it.size, modified: it.file.lastModified }; });
      return Object.assign(it, { id: begun.id, offset: 0 });
    };
    const run = async it => {
      it.state = 'going';
      show(it);
      for (let tries = 0; it.state === 'going';) {
        try {
          if (!it.id) await find(it);
          if (it.offset >= it.size) return whole(it);
          const body = await it.file.slice(it.offset, it.offset + PIECE).arrayBuffer().catch(() => {
            throw Object.assign(new Error('文件在选择之后改动或移走了，请取消后重新选择'), { final: true });
          });
          const arrived = await talk(`/uploads/${it.id}?offset=${it.offset}`, { method: 'PUT', body });
          if (!arrived) { it.id = ''; continue; }
          if (arrived.say) throw Object.assign(new Error(arrived.say), { final: true });
          it.offset = arrived.offset;
          tries = 0;
          if (it.state === 'going') show(it);
        } catch (error) {
          tries += 1;
          if (it.state !== 'going') return;
          if (error.final || tries === TRIES) {
            it.state = 'failed';
            show(it, `「${it.name}」没有传完：${error.message}`);
            delete form.dataset.waits;
            return;
          }
          show(it, `${error.message}，正在重试`);
          await new Promise(done => setTimeout(done, 500 * 2 ** tries));
        }
      }
    };
    const drop = it => {
      it.state = 'gone';
      own.delete(it);
      it.row.remove();
      if (it.id) { talk(`/uploads/${it.id}`, { method: 'DELETE' }).catch(() => {}); keep(all => { delete all[it.id]; }); }
    };
    const row = (input, file, name, size) => {
      const it = { input, file, name, size, id: '', offset: 0, state: 'paused' };
      let list = document.getElementById(`${input.id}-pieces`);
      if (!list) {
        list = make('ul', { id: `${input.id}-pieces`, className: 'ups' });
        list.setAttribute('aria-label', '正在上传的文件');
        input.after(list);
      }
      it.row = make('li');
      it.bar = make('progress', { max: 1, value: 0 });
      it.bar.setAttribute('aria-label', `「${name}」的进度`);
      it.say = make('p', { className: 'sub' });
      it.say.setAttribute('role', 'status');
      it.hidden = make('input', { type: 'hidden', disabled: true });
      it.turn = make('button', { type: 'button', className: 'btn s' });
      it.turn.onclick = () => {
        if (it.state === 'going') { it.state = 'paused'; show(it, '已暂停'); } else run(it);
      };
      const stop = make('button', { type: 'button', className: 'btn s', textContent: '取消' });
      stop.append(make('span', { className: 'vh', textContent: `上传「${name}」` }));
      stop.onclick = () => { drop(it); input.focus(); };
      const about = make('div'), buttons = make('div', { className: 'row' });
      about.append(make('b', { textContent: name }), it.bar, it.say);
      buttons.append(it.turn, stop);
      it.row.append(make('i'), about, buttons, it.hidden);
      list.append(it.row);
      own.add(it);
      return it;
    };

    // By its first bytes, as the server judges it: told before anything is sent.
    const kinds = { 'image/jpeg': ['JPG', 0xff, 0xd8, 0xff], 'image/png': ['PNG', 0x89, 0x50, 0x4e, 0x47], 'application/pdf': ['PDF', 0x25, 0x50, 0x44, 0x46] };
    const strange = async (input, file) => {
      if (!file.size) return `「${file.name}」是空文件（0 字节），请重新选择`;
      const taken = (input.accept || '').split(',').map(type => kinds[type.trim()]).filter(Boolean);
      const head = new Uint8Array(await file.slice(0, 4).arrayBuffer().catch(() => new ArrayBuffer(0)));
      if (!taken.length || taken.some(kind => kind.slice(1).every((byte, place) => head[place] === byte))) return '';
      return `「${file.name}」不是 ${taken.map(kind => kind[0]).join('、')} 文件，不能上传，请换一个文件`;
    };
    const refuse = (it, words) => {
      it.state = 'refused';
      show(it, words);
      it.say.className = 'err';
      it.turn.hidden = true;
      delete form.dataset.waits;
    };

    form.addEventListener('change', async event => {
      const input = event.target;
      if (input.type !== 'file' || !csrf || !input.files.length) return;
      const files = [...input.files];
      input.value = '';
      if (!input.multiple) [...own].filter(it => it.input === input).forEach(drop);
      for (const file of files) {
        const it = row(input, file, file.name, file.size);
        const most = Number(input.dataset.max || 0);
        it.state = 'going';
        const wrong = await strange(input, file);
        if (most && file.size > most) refuse(it, `「${file.name}」超过 ${Math.floor(most / 1048576)} MB，请压缩后再传`);
        else if (wrong) refuse(it, wrong);
        else if (it.state !== 'gone') run(it);
      }
    });

    // What an earlier visit of this page left: whole files are there again, others go on once chosen.
    for (const [id, was] of Object.entries(kept())) {
      const input = was.path === location.pathname && form.elements[was.input];
      if (!input || input.type !== 'file') continue;
      talk(`/uploads/${id}`).then(arrived => {
        if (!arrived) return keep(all => { delete all[id]; });
        const it = Object.assign(row(input, null, was.name, was.size), { id, offset: arrived.offset });
        if (arrived.offset >= was.size) return whole(it);
        show(it, `上次传到 ${Math.floor(100 * arrived.offset / was.size)}%，请再选一次这个文件，从这里继续`);
        it.turn.hidden = true;
        input.addEventListener('change', () => { own.delete(it); it.row.remove(); }, { once: true, capture: true });
      }).catch(() => {});
    }
  }

  // A form waits for its files, then goes on by itself.
  document.addEventListener('submit', event => {
    const form = event.target, own = waiting.get(form);
    if (!own) return;
    // What is put aside is waited for by nobody.
    const going = [...own].filter(it => it.state === 'going' && !it.row.closest('[data-aside]'));
    if (going.length) {
      event.preventDefault();
      event.stopImmediatePropagation();
      form.dataset.waits = 'yes';
      own.submitter = event.submitter;
      going.forEach(it => { it.say.textContent = '传完后自动提交'; });
      return;
    }
    // What was refused is said again on the page that comes, which saves the rest.
    for (const it of own) {
      if (it.state !== 'refused') continue;
      Object.assign(it.hidden, { disabled: false, name: `${it.input.name}.refused`, value: it.say.textContent });
    }
    keep(all => { for (const it of own) delete all[it.id]; });
  }, true);
}
