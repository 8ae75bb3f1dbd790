// What improves the pages where there is JavaScript. Every page works without.
import { Answer } from "./answer.js";
import { Refresh } from "./refresh.js";
import { Upload } from "./upload.js";

customElements.define("app-answer", Answer);
customElements.define("app-refresh", Refresh);
customElements.define("app-upload", Upload);

// What went wrong comes first, also for who cannot see it.
document.querySelector(".govuk-error-summary")?.focus();
