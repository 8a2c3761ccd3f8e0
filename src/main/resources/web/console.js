// Keyboard, menus and live updates. Every page works without this file.
(() => {
  "use strict";

  const typing = (target) =>
    target.closest("input:not([type=radio], [type=checkbox]), select, textarea") !== null;

  let going = false;

  document.addEventListener("keydown", (event) => {
    if (event.repeat) {
      return;
    }
    if (event.key === "Escape") {
      if (event.target.closest(".search")) {
        event.target.blur();
        clearFound();
      }
      document.querySelectorAll("details.reader[open]").forEach((one) => one.removeAttribute("open"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
      return;
    }
    if (document.querySelector("dialog[open]")) {
      return;
    }
    if (going) {
      going = false;
      const link = [...document.querySelectorAll("[data-go]")].find((one) => one.dataset.go === event.key);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    if (event.key === "g") {
      going = true;
      window.setTimeout(() => { going = false; }, 1500);
      return;
    }
    const wanted = [...document.querySelectorAll("[data-key]")].find(
      (one) => one.dataset.key === event.key && !one.disabled);
    if (!wanted) {
      return;
    }
    event.preventDefault();
    if (wanted.matches("input:not([type=radio], [type=checkbox]), select, textarea")) {
      wanted.focus();
    } else {
      wanted.click();
    }
  });

  const clearFound = () => {
    const found = document.getElementById("found");
    if (found) {
      found.replaceChildren();
    }
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      document.getElementById(opener.dataset.opens).showModal();
    }
    document.querySelectorAll("details.reader[open]").forEach((one) => {
      if (!one.contains(event.target)) {
        one.removeAttribute("open");
      }
    });
    if (!event.target.closest(".search")) {
      clearFound();
    }
  });

  // Arrow keys walk through what the search found.
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest(".search");
    if (!box || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) {
      return;
    }
    const stops = [box.querySelector("input"), ...box.querySelectorAll(".found a")];
    const next = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    if (stops[next]) {
      event.preventDefault();
      stops[next].focus();
    }
  });

  // What only a script can do is hidden without one.
  document.querySelectorAll("[data-opens][hidden]").forEach((one) => { one.hidden = false; });

  // A form asks before it does what cannot be undone, and is sent once.
  const sent = new Set();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.ask ?? form.dataset.ask;
    if (sent.has(form) || (question && !window.confirm(question))) {
      event.preventDefault();
    } else if (form.method === "post") {
      // What only looks, or closes a dialog, may be done again.
      sent.add(form);
    }
  });

  // Whoever comes back to the page may send its forms again.
  window.addEventListener("pageshow", () => sent.clear());

  // A part of the page is fetched anew when the server says that it changed.
  document.querySelectorAll("[data-live]").forEach(({ id }) => {
    let source;
    const listen = () => {
      source = new EventSource(document.getElementById(id).dataset.live);
      source.addEventListener("changed", () => {
        // The part that is there now: an earlier change has put it in place of the first.
        const part = document.getElementById(id);
        // What somebody is filling in is not taken from them.
        const notice = part.querySelector("[data-changed]");
        if (notice) {
          notice.hidden = false;
        } else {
          window.htmx.trigger(part, "refresh");
        }
      });
    };
    listen();
    window.addEventListener("pagehide", () => source.close());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) {
        listen();
      }
    });
  });

  document.querySelectorAll("[data-print]").forEach((one) => {
    one.hidden = false;
    one.addEventListener("click", () => window.print());
  });
})();
