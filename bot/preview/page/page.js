"use strict";
const $ = id => document.getElementById(id);
const log = $("log"), input = $("text"), over = $("over");
let where = "user", state = null, editing = null, replying = null, toastTimer = 0, cardsFor = null;
const shown = new Map(), open = new Set();

// --- Making elements -------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child != null));
  return element;
}
function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2.5, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
const ARROW = "M7 17 17 7M9 7h8v8", COPY = "M9 9h11v11H9zM5 15H4V4h11v1", FORWARD = "M4 19c1-7 6-9 11-9V5l6 7-6 7v-5c-5 0-8 1-11 5", PAPER = "M6 3h8l5 5v13H6zM14 3v5h5";

// Only what Telegram itself can show is taken over from a message.
const STYLES = { B: "b", I: "i", U: "u", S: "s", CODE: "code", PRE: "pre" };
function words(html, id) {
  const box = make("div", { class: "words" });
  let quotes = 0;
  (function copy(from, to) {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(...tappable(node.data, to));
      else if (node.nodeName === "A") { const made = link(node); to.append(made); copy(node, made); }
      else if (node.nodeName === "BLOCKQUOTE") {
        const inner = make("div"), quote = make("blockquote", {}, inner);
        to.append(quote);
        copy(node, inner);
        if (node.hasAttribute("expandable")) foldable(quote, `${id}/${quotes++}`);
      }
      else if (STYLES[node.nodeName]) { const made = make(STYLES[node.nodeName]); to.append(made); copy(node, made); }
      else copy(node, to);
    }
  })(new DOMParser().parseFromString(html, "text/html").body, box);
  // The quote is a block of its own: the line breaks around it are its edges.
  for (const quote of box.querySelectorAll("blockquote")) {
    if (quote.previousSibling?.data) quote.previousSibling.data = quote.previousSibling.data.replace(/\n$/, "");
    if (quote.nextSibling?.data) quote.nextSibling.data = quote.nextSibling.data.replace(/^\n/, "");
  }
  return box;
}
// Telegram's apps let people tap commands and addresses that stand in a text.
function tappable(text, within) {
  if (within.closest("a, code, pre")) return [text];
  return text.split(/((?<![\w/<>])\/[a-z_]{1,32}(?![\w/<>])|https?:\/\/[^\s<>"]*[\w/])/).map((piece, at) =>
    at % 2 === 0 ? piece
      : piece.startsWith("/") ? make("a", { href: "#", onclick: event => { event.preventDefault(); say(piece); } }, piece)
      : make("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece));
}
function link(node) {
  const address = node.getAttribute("href") || "";
  if (!/^(https?|mailto|tg):/.test(address)) return make("span");
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" });
}
function foldable(quote, key) {
  quote.classList.toggle("folded", !open.has(key));
  const button = make("button", { class: "fold", type: "button", "data-key": `fold ${key}`, onclick: () => {
    open.has(key) ? open.delete(key) : open.add(key);
    quote.classList.toggle("folded", !open.has(key));
    name();
  } });
  const name = () => { button.textContent = open.has(key) ? "Show less" : "Show all"; button.setAttribute("aria-expanded", open.has(key)); };
  name();
  quote.append(button);
  // What is not cut has nothing to unfold.
  requestAnimationFrame(() => { const text = quote.firstChild; button.hidden = !open.has(key) && text.scrollHeight <= text.clientHeight + 1; });
}

// --- Messages --------------------------------------------------------------------------------

const mine = one => one.from.id === state.person.id;
const keyboard = one => one.reply_markup?.inline_keyboard ?? [];
function message(one) {
  const sender = one.from.first_name, picture = one.photo?.at(-1), file = one.document;
  const time = new Date(one.date * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const bubble = make("div", { class: "bubble" }, make("span", { class: "hidden" }, mine(one) ? "You: " : `${sender}: `));
  if (where === "group" && !mine(one)) bubble.append(make("span", { class: "sender", "aria-hidden": "true" }, sender));
  if (one.reply_to_message) bubble.append(make("span", { class: "quoted" }, (one.reply_to_message.text ?? one.reply_to_message.document.file_name).slice(0, 120)));
  if (picture) bubble.append(make("img", { src: `file/${picture.file_id}`, alt: "Bar chart of the figures told below", width: 600, height: Math.round(600 * picture.height / picture.width), onload: stick }));
  if (file) bubble.append(make("a", { class: "file", href: `file/${file.file_id}`, download: file.file_name }, icon(PAPER), make("span", {}, file.file_name, make("small", {}, size(file.file_size)))));
  if (one.html) bubble.append(words(one.html, one.message_id));
  const meta = make("span", { class: "meta" });
  if (changeable(one)) meta.append(make("button", { type: "button", "data-key": "edit", "aria-label": "Change this message", onclick: () => edit(one) }, "change"));
  if (where === "group" && !mine(one)) meta.append(make("button", { type: "button", "data-key": "reply", "aria-label": `Reply to ${sender}`, onclick: () => reply(one) }, "reply"));
  if (one.via_bot) meta.append(make("span", {}, `via @${one.via_bot.username}`));
  if (one.edit_date) meta.append(make("span", {}, "edited"));
  meta.append(make("time", {}, time));
  bubble.append(meta);
  const whole = make("div", { class: `message${mine(one) ? " mine" : ""}${picture || keyboard(one).length ? " wide" : ""}` }, bubble);
  if (keyboard(one).length) whole.append(keys(one));
  return whole;
}
function keys(one) {
  const box = make("div", { class: "keys", role: "group", "aria-label": "Buttons of this message" });
  keyboard(one).forEach((buttons, row) => {
    const line = make("div");
    buttons.forEach((button, column) => {
      const common = { class: "key", "data-key": `${row} ${column}` };
      if (button.url) line.append(make("a", { ...common, href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text, icon(ARROW)));
      else if (button.copy_text) line.append(make("button", { ...common, type: "button", onclick: () => copy(button.copy_text.text) }, button.text, icon(COPY)));
      else if (button.callback_data) line.append(make("button", { ...common, type: "button", onclick: () => send({ act: "tap", message: one.message_id, data: button.callback_data }) }, button.text));
      else line.append(make("button", { ...common, type: "button", onclick: () => sendOn(button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query ?? "") }, button.text, icon(FORWARD)));
    });
    box.append(line);
  });
  return box;
}
const changeable = one => mine(one) && one.html && !one.document && !one.via_bot;
const size = bytes => bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

let near = true;
log.addEventListener("scroll", () => { near = log.scrollTop > end() - 80; });
function stick() { if (near) log.scrollTop = end(); }
// A message higher than the screen is read from its top.
function end() {
  const last = log.lastElementChild, bottom = log.scrollHeight - log.clientHeight;
  return last ? Math.min(bottom, last.offsetTop - log.offsetTop - 8) : bottom;
}

function drawMessages() {
  const focused = log.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key, from = focused?.closest("[data-id]")?.dataset.id;
  log.querySelector(".typing")?.remove();
  log.querySelector(".start")?.remove();
  const ids = new Set(state.messages.map(one => `${where}${one.message_id}`));
  for (const [id, entry] of shown) if (!ids.has(id)) { entry.node.remove(); shown.delete(id); }
  for (const one of state.messages) {
    const id = `${where}${one.message_id}`, json = JSON.stringify(one), old = shown.get(id);
    if (old?.json === json) continue;
    const node = message(one);
    node.dataset.id = id;
    old ? old.node.replaceWith(node) : log.append(node);
    shown.set(id, { json, node });
    if (!old && mine(one)) near = true;
  }
  if (!state.messages.length && (where === "user" || where === "admin")) {
    log.append(make("div", { class: "start" }, make("p", {}, state.description), make("button", { type: "button", class: "menu-key", onclick: () => say("/start") }, "Start")));
  }
  if (state.busy) log.append(make("div", { class: "typing", "aria-hidden": "true" }, make("div", { class: "bubble" }, make("i"), make("i"), make("i"))));
  // A message that was changed under the reader's finger keeps the focus.
  if (key && !focused.isConnected) {
    const find = css => shown.get(from)?.node.querySelector(css);
    (find(`[data-key="${key}"]`) ?? find(`[data-key^="${key.split(" ")[0]} "]`) ?? find(".key"))?.focus();
  }
  stick();
}

// --- The panel -------------------------------------------------------------------------------

const percent = value => `${(value * 100).toFixed(value < .0995 && value > 0 ? 1 : 0)}%`;
let panelJson = "";
function drawPanel() {
  const json = JSON.stringify([where, state.explanations, state.calls]);
  if (json === panelJson) return;
  panelJson = json;
  const whys = state.explanations.map(explanation).reverse();
  $("pane-why").replaceChildren(...(whys.length ? whys : [make("p", { class: "empty" }, "Ask something, and see here what the question was read as, which answers were considered and how sure the bot is of each.")]));
  const opened = new Set([...document.querySelectorAll(".call[open]")].map(call => call.dataset.number));
  const calls = state.calls.map(call => callRow(call, opened)).reverse();
  $("pane-calls").replaceChildren(...(calls.length ? calls : [make("p", { class: "empty" }, "Whatever the bot tells Telegram is listed here, the newest first.")]));
}
function explanation(one) {
  const facts = make("dl", {}, make("dt", {}, "Read as"), make("dd", {}, one.read_as || "nothing"));
  for (const [before, after] of one.repairs) facts.append(make("dt", {}, "Spelling"), make("dd", {}, `${before} → ${after}`));
  facts.append(make("dt", {}, "Likely none fits"), make("dd", {}, percent(one.none)));
  return make("article", { class: "why" },
    make("h3", {}, one.question), make("p", {}, one.verdict),
    one.reading.length ? make("ul", {}, ...one.reading.map(step => make("li", {}, step))) : null, facts,
    one.candidates.length ? make("h4", {}, "What was considered, and how sure the bot is of each") : null,
    ...one.candidates.map(candidate => make("div", { class: "one" },
      make("div", {}, make("span", {}, candidate.fact.question, candidate.fact.kind === "gap" ? make("small", {}, " (says that the report doesn’t tell)") : null), make("output", {}, percent(candidate.confidence))),
      bar(candidate.confidence),
      make("details", {}, make("summary", {}, `Nearest phrasing: “${candidate.nearest}”`),
        make("table", {}, make("tbody", {}, ...candidate.features.map(([name, value]) => make("tr", {}, make("td", {}, name), make("td", {}, value.toFixed(2))))))))));
}
function bar(value) {
  const inner = make("i");
  inner.style.width = `${Math.max(value * 100, .5)}%`;
  return make("div", { class: "bar", "aria-hidden": "true" }, inner);
}
const CALLS = {
  sendMessage: "Sends a message", sendPhoto: "Sends a picture", sendDocument: "Sends a file", sendChatAction: "Shows that it is typing",
  editMessageText: "Changes a message", editMessageReplyMarkup: "Changes the buttons", deleteMessage: "Deletes a message", getFile: "Fetches a file",
  answerCallbackQuery: "Answers the tap", answerInlineQuery: "Offers cards", setMyCommands: "Sets the menu", deleteMyCommands: "Resets the menu", getChat: "Looks up a chat",
};
const plain = html => new DOMParser().parseFromString(html, "text/html").body.textContent;
function callRow(call, opened) {
  const said = plain(call.parameters.text ?? call.parameters.caption ?? "");
  const cards = call.parameters.results?.map(card => card.title).join("  ·  ");
  const brief = cards || said.replace(/\s+/g, " ");
  const labels = (call.parameters.reply_markup?.inline_keyboard ?? []).flat().map(button => button.text);
  return make("details", { class: "call", "data-number": call.number, open: opened.has(String(call.number)) },
    make("summary", {}, make("b", {}, CALLS[call.method] ?? call.method), make("span", {}, brief)),
    ...(said ? [make("h3", {}, "Text"), make("p", {}, said)] : []),
    ...(labels.length ? [make("h3", {}, "Buttons"), make("p", {}, labels.join("  ·  "))] : []),
    make("h3", {}, "As the Bot API has it: ", make("code", {}, call.method)),
    ...written("Asked", JSON.stringify(call.parameters, null, 2)),
    ...written("Told", JSON.stringify(call.result, null, 2)));
}
function written(name, text) {
  // What scrolls must be reached by the keyboard, too.
  return [make("h3", {}, name), make("pre", { tabindex: 0, role: "group", "aria-label": name }, text)];
}
function choosePane(name) {
  for (const one of ["why", "calls"]) {
    const chosen = one === name;
    $(`tab-${one}`).setAttribute("aria-selected", chosen);
    $(`tab-${one}`).tabIndex = chosen ? 0 : -1;
    $(`pane-${one}`).hidden = !chosen;
  }
}
for (const one of ["why", "calls"]) {
  $(`tab-${one}`).addEventListener("click", () => choosePane(one));
  $(`tab-${one}`).addEventListener("keydown", event => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = one === "why" ? "calls" : "why";
    choosePane(other);
    $(`tab-${other}`).focus();
  });
}
$("to-panel").addEventListener("click", () => { $("frame").dataset.panel = ""; $("to-chat").focus(); });
$("to-chat").addEventListener("click", () => { delete $("frame").dataset.panel; $("to-panel").focus(); });

// --- What can be chosen above the input line --------------------------------------------------

function offer(rows) {
  over.replaceChildren(...rows);
  over.hidden = !rows.length;
  $("menu").setAttribute("aria-expanded", !over.hidden && over.dataset.kind === "menu");
  stick();
}
function offerCommands(typed) {
  over.dataset.kind = "menu";
  const fitting = Object.entries(state.commands).filter(([name]) => `/${name}`.startsWith(typed));
  offer(fitting.map(([name, text]) => make("button", { type: "button", onclick: () => { write(""); say(`/${name}`); input.focus(); } }, make("b", {}, `/${name}`), make("span", {}, ` – ${text}`))));
}
function offerCards(cards) {
  over.dataset.kind = "cards";
  offer(cards.map(card => make("button", { type: "button", onclick: () => { write(""); send({ act: "choose", card: card.id }); input.focus(); } }, make("b", {}, card.title), make("br"), make("span", {}, card.description ?? ""))));
}
over.addEventListener("keydown", event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const all = [...over.children], next = all[all.indexOf(document.activeElement) + step];
    (next ?? input).focus();
    event.preventDefault();
  }
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  if ($("more").open) { shut(); $("more").firstElementChild.focus(); }
  else if (!over.hidden) { offer([]); input.focus(); }
  else if (editing || replying) leave();
});
$("menu").addEventListener("click", () => over.hidden || over.dataset.kind !== "menu" ? (offerCommands("/"), over.firstChild?.focus()) : offer([]));

// --- Writing ---------------------------------------------------------------------------------

function grow() { input.style.height = "auto"; input.style.height = `${input.scrollHeight + 2}px`; }
function write(text) { input.value = text; typed(); input.focus(); }
function typed() {
  grow();
  const text = input.value, name = `@${state?.username} `;
  if (/^\/\w*$/.test(text)) offerCommands(text);
  else if (text.startsWith(name)) { cardsFor = text.slice(name.length); send({ act: "inline", text: cardsFor }); }
  else offer([]);
}
input.addEventListener("input", typed);
input.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("composer").requestSubmit(); }
  else if (event.key === "ArrowUp" && !over.hidden) { event.preventDefault(); over.lastChild.focus(); }
  else if (event.key === "ArrowUp" && !input.value) { const last = state.messages.filter(changeable).pop(); if (last) edit(last); }
});
$("composer").addEventListener("submit", event => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  if (editing) send({ act: "edit", message: editing, text });
  else if (replying) { near = true; send({ act: "text", text, reply_to: replying }); }
  else say(text);
  leave();
});
function say(text) { near = true; send({ act: "text", text }); }
function note(text) { $("editing-what").textContent = text; $("editing").hidden = false; }
function edit(one) {
  editing = one.message_id;
  note("Changing your message");
  write(one.text);
}
function reply(one) {
  replying = one.message_id;
  note(`Replying to ${one.from.first_name}`);
  input.focus();
}
function leave() { editing = replying = null; $("editing").hidden = true; write(""); }
// Telegram asks which chat to send it on to; here that is the friend's.
function sendOn(query) { become("friend"); write(`@${state.username} ${query}`); }
$("leave").addEventListener("click", leave);
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (!file) return;
  const reader = new FileReader();
  reader.onload = () => send({ act: "file", name: file.name, data: reader.result.slice(reader.result.indexOf(",") + 1) });
  reader.readAsDataURL(file);
  $("file").value = "";
});
async function copy(text) {
  try { await navigator.clipboard.writeText(text); toast(`Copied: ${text}`); }
  catch { toast(`To copy: ${text}`); }
}
function toast(text, alert = false) {
  if (alert) { $("alert-text").textContent = text; if (!$("alert").open) $("alert").showModal(); return; }
  $("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").textContent = ""; }, 5000);
}

// --- Sides and shades ------------------------------------------------------------------------

const sides = [...document.querySelectorAll("[data-where]")];
function become(place) {
  where = place;
  for (const one of sides) one.setAttribute("aria-pressed", one.dataset.where === place);
  near = true;
  leave();
  send({ act: "look" });
}
for (const button of sides) button.addEventListener("click", () => become(button.dataset.where));
const HINTS = {
  group: () => `In a group the bot answers what is meant for it: /ask and a question, @${state.username}, or a reply to it.`,
  friend: () => `The bot is not in this chat. Type @${state.username} and a question, and choose a card to send.`,
};

// --- The chat as text, and a new one -----------------------------------------------------------

const shut = () => { $("more").open = false; };
function transcript() {
  const day = state.messages.length ? new Date(state.messages[0].date * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" }) : "";
  return [`${state.title}, ${day}`, ...state.messages.map(one => {
    const picture = one.photo ? "[Chart]\n" : one.document ? `[File: ${one.document.file_name}]\n` : "";
    const links = keyboard(one).flat().filter(button => button.url).map(button => `\n${button.text}: ${button.url}`).join("");
    return `${mine(one) ? "You" : one.from.first_name}:\n${picture}${one.text ?? ""}${links}`;
  })].join("\n\n") + "\n";
}
$("share").addEventListener("click", () => { shut(); $("transcript").value = transcript(); $("sharing").showModal(); $("transcript").scrollTop = 0; $("copy-transcript").focus(); });
$("copy-transcript").addEventListener("click", async () => {
  try { await navigator.clipboard.writeText($("transcript").value); } catch { $("transcript").select(); document.execCommand("copy"); }
  $("sharing").close();
  toast("Copied: the chat as text");
});
$("new").addEventListener("click", () => { shut(); send({ act: "new" }); input.focus(); });
document.addEventListener("click", event => { if (!$("more").contains(event.target)) shut(); });
const system = matchMedia("(prefers-color-scheme: dark)");
function shade(dark) {
  document.documentElement.toggleAttribute("data-dark", dark);
  $("shade").textContent = dark ? "Light mode" : "Dark mode";
}
let chosen = null;
$("shade").addEventListener("click", () => { chosen = !document.documentElement.hasAttribute("data-dark"); shade(chosen); shut(); });
system.addEventListener("change", () => { if (chosen === null) shade(system.matches); });
shade(system.matches);

// --- Talking to the bot ----------------------------------------------------------------------

const socket = new WebSocket(new URL("talk", location.href.replace(/^http/, "ws")));
// What was said in passing gives way to what comes next.
function send(act) { if (act.act !== "look" && act.act !== "inline") $("toast").textContent = ""; if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ where, ...act })); }
socket.onmessage = event => {
  const news = JSON.parse(event.data);
  if (news.toast) toast(news.toast, news.alert);
  if (news.cards && news.for === cardsFor && input.value.startsWith("@")) offerCards(news.cards);
  if (news.state?.where === where) {
    state = news.state;
    $("bot").textContent = state.title;
    $("status").textContent = state.busy ? "typing…" : { group: "3 members", friend: "last seen recently" }[where] ?? "bot";
    $("hint").hidden = !HINTS[where];
    $("menu").hidden = $("attach").hidden = where === "friend";
    input.placeholder = HINTS[where] ? "Message" : "Your question";
    $("face").dataset.initial = HINTS[where] ? state.title.replace(/^A /, "")[0].toUpperCase() : "";
    $("hint").textContent = HINTS[where]?.() ?? "";
    drawMessages();
    drawPanel();
  }
};
socket.onclose = () => { $("status").textContent = "stopped"; toast("The preview has ended. Start it again in the terminal and open its new address.", true); };
input.focus();
