// <app-answer src="/answers/ID/events" heading="ID of the heading"> holds what a reader without
// JavaScript sees. It shows the draft as it is written, then the finished answer from the server.
// The text stands outside any live region: read out piece by piece it would be noise. The page's
// one status says once that the answer is being written, and once, at most, that it is ready.

const TRIES = 5;

export class Answer extends HTMLElement {
  connectedCallback() {
    this.fallback = this.innerHTML;
    this.status = document.getElementById("status");
    this.failures = 0;
    this.events = new EventSource(this.getAttribute("src"));
    this.events.addEventListener("draft", (event) => this.draw(JSON.parse(event.data).text));
    this.events.addEventListener("done", (event) => this.finish(JSON.parse(event.data).html));
    this.events.addEventListener("error", () => this.stumble());
    window.addEventListener("pagehide", () => this.events.close());
  }

  disconnectedCallback() {
    this.events.close();
  }

  draw(text) {
    this.failures = 0;
    if (!this.draft) this.startWriting();
    this.draft.textContent = text;
    this.label.hidden = !text;
  }

  startWriting() {
    const writing = this.querySelector("template").content.cloneNode(true);
    const heading = writing.querySelector("h2, h3");
    heading.id = this.getAttribute("heading");
    this.draft = writing.querySelector(".app-writing__draft");
    this.label = writing.querySelector(".app-writing__label");
    this.replaceChildren(writing);
    this.say(heading.textContent);
  }

  finish(html) {
    this.events.close();
    const waiting = document.activeElement === document.body || this.contains(document.activeElement);
    const template = document.createElement("template");
    template.innerHTML = html;
    const heading = template.content.querySelector(".app-answer__heading");
    this.replaceWith(template.content);
    // Either focus moves or the status speaks; with both, the news would be read twice.
    this.say(waiting ? "" : "Your answer is ready");
    if (waiting && heading) heading.focus();
  }

  stumble() {
    this.failures += 1;
    if (this.events.readyState !== EventSource.CLOSED && this.failures < TRIES) return;
    this.events.close();
    this.draft = null;
    this.innerHTML = this.fallback;
    this.say("The connection broke. Your question is kept: check if your answer is ready.");
  }

  say(words) {
    if (this.status) this.status.textContent = words;
  }
}
