// <app-refresh src="…/progress"> asks now and then how far the work is, and shows the server's line.

const EVERY_MS = 2000;

export class Refresh extends HTMLElement {
  connectedCallback() {
    this.timer = setTimeout(() => this.look(), EVERY_MS);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { html, open } = await answer.json();
      // A link that has the focus is not taken from under it.
      if (!this.contains(document.activeElement)) this.innerHTML = html;
      if (!open) return;
    } catch {
      // The link to look again still stands; so does the next try.
    }
    this.timer = setTimeout(() => this.look(), EVERY_MS);
  }
}
