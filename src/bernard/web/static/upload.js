// <app-upload> round the form for files: sends them one by one and says how far it is. What is
// sent is kept, so a break in the middle loses only the rest.

export class Upload extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => this.start(event));
  }

  start(event) {
    const files = [...this.form.elements.files.files];
    if (this.busy) event.preventDefault();
    if (this.busy || files.length === 0) return;
    event.preventDefault();
    this.busy = true;
    this.button = this.form.querySelector("button");
    this.button.setAttribute("aria-disabled", "true");
    this.show();
    this.sendAll(files);
  }

  show() {
    this.status ??= document.createElement("p");
    this.status.className = "govuk-body govuk-!-margin-top-4 govuk-!-margin-bottom-1";
    this.status.setAttribute("role", "status");
    this.bar ??= document.createElement("progress");
    this.bar.className = "app-progress";
    this.bar.setAttribute("aria-label", "Sending files");
    this.problems ??= document.createElement("ul");
    this.problems.className = "app-notes";
    this.problems.replaceChildren();
    this.form.append(this.status, this.bar, this.problems);
  }

  async sendAll(files) {
    let kept = 0;
    this.bar.max = files.length;
    for (const [index, file] of files.entries()) {
      this.status.textContent = `Sending ${index + 1} of ${files.length}`;
      const problem = await this.send(file, (part) => (this.bar.value = index + part));
      if (problem) this.note(`${file.name}: ${problem}`);
      else kept += 1;
    }
    if (kept === files.length) {
      location.assign(`/documents?added=${kept}`);
      return;
    }
    this.status.textContent = `${kept} of ${files.length} added. These were not:`;
    this.bar.remove();
    this.button.removeAttribute("aria-disabled");
    this.busy = false;
  }

  // Not fetch: it cannot say how much of a file has gone.
  send(file, onPart) {
    if (file.size > Number(this.getAttribute("most"))) {
      return Promise.resolve(`larger than ${this.getAttribute("most-in-words")}, the most.`);
    }
    return new Promise((resolve) => {
      const data = new FormData(this.form);
      data.delete("files");
      data.append("files", file);
      const request = new XMLHttpRequest();
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => event.lengthComputable && onPart(event.loaded / event.total);
      request.onerror = () => resolve("The connection broke.");
      request.onload = () => resolve(request.status === 201 ? "" : reason(request));
      request.send(data);
    });
  }

  note(words) {
    const item = document.createElement("li");
    item.textContent = words;
    this.problems.append(item);
  }
}

function reason(request) {
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return "Bernard could not take it.";
  }
}
