// What the page does by itself: it keeps up to date, tells times as the reader's clock does, moves by keys, and passes on
// what operators do to the API. Without it the page can be read all the same.
(() => {
  'use strict';

  const shown = document.body.dataset.saga;
  const connection = document.getElementById('connection');
  const news = document.getElementById('news');
  document.documentElement.classList.add('scripted');

  // ---- times ----

  const units = [['d', 86400], ['h', 3600], ['m', 60]];
  const two = new Intl.NumberFormat(undefined, { minimumIntegerDigits: 2, useGrouping: false });

  const length = seconds => {
    const at = units.findIndex(([, size]) => seconds >= size);
    if (at < 0) {
      return `${Math.floor(seconds)}s`;
    }
    const [unit, size] = units[at];
    const [small, part] = units[at + 1] ?? ['s', 1];
    const rest = Math.floor(seconds % size / part);
    return `${Math.floor(seconds / size)}${unit}${rest > 0 ? ` ${rest}${small}` : ''}`;
  };

  const clock = (at, exact) => {
    const day = `${at.getFullYear()}-${two.format(at.getMonth() + 1)}-${two.format(at.getDate())}`;
    const time = `${two.format(at.getHours())}:${two.format(at.getMinutes())}:${two.format(at.getSeconds())}`;
    const fraction = exact ? `.${String(at.getMilliseconds()).padStart(3, '0')}` : '';
    return at.toDateString() === new Date().toDateString() ? time + fraction : `${day} ${time}${fraction}`;
  };

  const tellTimes = (root = document) => {
    for (const time of root.querySelectorAll('time')) {
      const at = new Date(time.dateTime);
      const age = (Date.now() - at) / 1000;
      const ago = age < 0 ? `in ${length(-age)}` : `${length(age)} ago`;
      const text = time.dataset.form === 'age' ? ago
        : time.dataset.form === 'exact' ? clock(at, true) : `${clock(at, false)}, ${ago}`;
      if (time.textContent !== text) {
        time.textContent = text;
        time.title = `${at.toLocaleString()} (${time.dateTime})`;
      }
    }
  };

  // ---- news: what is shown is changed to what is now, piece by piece, so that place, focus and typed text remain ----

  const keyOf = node => node.nodeType === Node.ELEMENT_NODE ? node.dataset?.key ?? node.id : '';
  const isSame = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

  const morphAttributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      // Whether something is unfolded, and what an answer is, is the reader's own.
      if (!fresh.hasAttribute(name) && name !== 'open') {
        old.removeAttribute(name);
      }
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (old.getAttribute(name) !== value && name !== 'open') {
        old.setAttribute(name, value);
      }
    }
  };

  const morph = (old, fresh) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) {
        old.nodeValue = fresh.nodeValue;
      }
      return;
    }
    if (old.nodeName === 'TIME' && old.getAttribute('datetime') === fresh.getAttribute('datetime')) {
      return;
    }
    // What somebody types is theirs.
    morphAttributes(old, fresh);
    if (old.nodeName === 'FORM') {
      return;
    }
    morphChildren(old, fresh);
  };

  const morphChildren = (old, fresh) => {
    const keyed = new Map([...old.childNodes].filter(keyOf).map(x => [keyOf(x), x]));
    let place = old.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      const match = keyOf(wanted) ? keyed.get(keyOf(wanted)) : place && isSame(place, wanted) ? place : null;
      if (!match) {
        const added = document.importNode(wanted, true);
        added.classList?.toggle('fresh', added.nodeName === 'TR');
        old.insertBefore(added, place);
        continue;
      }
      if (match === place) {
        place = place.nextSibling;
      } else {
        // What is between is gone, or comes later: only what really moves is moved, for moving takes the focus away.
        const focused = match.contains(document.activeElement) ? document.activeElement : null;
        old.insertBefore(match, place);
        focused?.focus({ preventScroll: true });
      }
      morph(match, wanted);
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  };

  const told = new Map();
  const announce = root => {
    for (const element of root.querySelectorAll('[data-announce]')) {
      const [subject, text] = [element.dataset.announce, element.textContent.replace(/[^\p{L}\p{N},. ]/gu, '').trim()];
      // The counts are told for what needs somebody alone: all of them would never be silent.
      const matters = shown || subject === 'Suspended';
      if (told.has(subject) && told.get(subject) !== text && matters) {
        news.textContent = shown ? `${subject} ${text}` : `${text} ${subject}`;
      }
      told.set(subject, text);
    }
  };

  let since = new Date();
  const say = (state, text) => {
    connection.className = `connection ${state}`;
    if (connection.textContent !== text) {
      connection.textContent = text;
    }
  };
  const lost = why => say('lost', `${why} What you see is of ${clock(since, false)}; trying again…`);

  let isFetching = false;
  let isWanted = false;
  const refresh = async () => {
    if (isFetching) {
      isWanted = true;
      return;
    }
    isFetching = true;
    try {
      const response = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
      if (response.redirected && new URL(response.url).pathname !== location.pathname) {
        location.assign(response.url);
        return;
      }
      if (response.status === 404) {
        location.reload();
        return;
      }
      if (!response.ok) {
        lost(response.status === 503 ? 'The worker’s database does not answer.' : `The worker answered ${response.status}.`);
        return;
      }
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      const regions = document.querySelectorAll('[data-live]');
      for (const region of regions) {
        const other = fresh.getElementById(region.id);
        if (other) {
          morphChildren(region, other);
        }
      }
      if (regions.length === 0) {
        location.reload();
        return;
      }
      document.title = fresh.title;
      tellTimes();
      announce(document);
      since = new Date();
      say('live', 'Live');
    } catch {
      lost('The worker does not answer.');
    } finally {
      isFetching = false;
      if (isWanted) {
        isWanted = false;
        soon();
      }
    }
  };

  let timer = 0;
  const soon = () => {
    timer ||= setTimeout(() => {
      timer = 0;
      refresh();
    }, 250);
  };

  const follow = () => {
    const feed = new EventSource('/api/v1/feed');
    feed.onopen = soon;
    feed.addEventListener('reset', soon);
    feed.addEventListener('saga', event => {
      if (!shown || JSON.parse(event.data).id === shown) {
        soon();
      }
    });
    feed.onerror = () => {
      soon();
      if (feed.readyState === EventSource.CLOSED) {
        setTimeout(follow, 3000);
      }
    };
    addEventListener('pagehide', () => feed.close());
  };

  // ---- what operators do ----

  const nameKey = 'sagas-operator';
  const recallName = root => {
    for (const input of root.querySelectorAll('input[name=operator]')) {
      input.value ||= localStorage.getItem(nameKey) ?? '';
    }
  };

  const send = async form => {
    const [button, output] = [form.querySelector('button'), form.querySelector('output')];
    const name = form.elements.operator?.value.trim();
    const body = { reason: form.elements.reason.value.trim() };
    if (form.dataset.step) {
      body.step = form.dataset.step;
    }
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    if (name) {
      localStorage.setItem(nameKey, name);
      // A header has bytes: those of UTF-8, as the worker reads them.
      headers['Sagas-Operator'] = String.fromCharCode(...new TextEncoder().encode(name));
    }
    button.disabled = true;
    output.textContent = '';
    try {
      const response = await fetch(form.dataset.action, { method: 'POST', headers, body: JSON.stringify(body) });
      const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
      if (!response.ok) {
        output.textContent = `${answer.detail ?? `The worker answered ${response.status}.`}`;
        return;
      }
      tellDone(`${form.dataset.done}: done and recorded.${answer.state ? ` The saga is ${answer.state}.` : ''}`);
      form.reset();
      recallName(form);
      form.closest('details').open = false;
      document.getElementById('main').focus({ preventScroll: true });
      soon();
    } catch {
      output.textContent = 'The worker did not answer. Whether it was done is not known: see the history.';
    } finally {
      button.disabled = false;
    }
  };

  const tellDone = text => {
    const answer = document.getElementById('answer');
    if (answer) {
      answer.textContent = text;
      answer.hidden = false;
    } else {
      news.textContent = text;
    }
  };

  document.addEventListener('submit', event => {
    if (event.target.dataset.action) {
      event.preventDefault();
      send(event.target);
    }
  });

  document.addEventListener('toggle', event => {
    if (event.target.matches?.('details.action[open]')) {
      recallName(event.target);
      event.target.querySelector('textarea').focus();
    }
  }, true);

  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-copy]');
    if (button) {
      navigator.clipboard.writeText(button.parentElement.querySelector('pre').textContent).then(() => {
        button.textContent = 'Copied';
        setTimeout(() => { button.textContent = 'Copy'; }, 2000);
      });
    }
  });
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.hidden = !navigator.clipboard;
  }

  // ---- keys ----

  const help = document.getElementById('help');
  const helpButton = document.getElementById('help-button');
  helpButton.hidden = false;
  helpButton.addEventListener('click', () => help.showModal());

  const step = by => {
    const links = [...document.querySelectorAll('.sagas a.open')];
    const at = links.findIndex(x => x.closest('tr').contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
    links[next]?.focus();
  };

  const keys = {
    '/': () => document.getElementById('search')?.focus(),
    j: () => step(1),
    k: () => step(-1),
    h: () => { if (location.pathname !== '/') { history.length > 1 && document.referrer.startsWith(location.origin) ? history.back() : location.assign('/'); } },
    '?': () => help.showModal(),
  };

  document.addEventListener('keydown', event => {
    const isTyping = event.target.closest?.('input, textarea, select');
    if (event.key === 'Escape' && isTyping) {
      event.target.blur();
    }
    if (!isTyping && !help.open && !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // ---- start ----

  for (const select of document.querySelectorAll('.filter select')) {
    select.addEventListener('change', () => select.form.requestSubmit());
  }
  tellTimes();
  announce(document);
  setInterval(tellTimes, 1000);
  if (document.querySelector('[data-live]')) {
    say('', 'Connecting…');
    setInterval(soon, 10000);
    addEventListener('online', soon);
    addEventListener('offline', soon);
    follow();
  } else if (document.getElementById('retrying')) {
    setTimeout(() => location.reload(), 5000);
  }
})();
