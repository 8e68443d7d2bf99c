/* Filters, sorting and tooltips for pages that are complete without them. No libraries, no requests, no stored data. */
(function () {
  "use strict";

  var each = function (list, f) { Array.prototype.forEach.call(list, f); };
  /* "st. helens" finds "St Helens"; accents do not matter. */
  var plain = function (s) { return s.toLowerCase().normalize("NFD").replace(/[^a-z0-9 ]+/g, "").trim(); };
  var say = function (form, shown, total) {
    form.querySelector(".count").textContent = shown === total ? "" : shown === 0 ? "Nothing found" : shown + " of " + total + " shown";
  };
  /* A section of which nothing is shown keeps no empty heading. */
  var groups = function () {
    each(document.querySelectorAll("[data-group]"), function (g) {
      g.hidden = !g.querySelector("[data-list] > li:not([hidden])");
    });
  };

  var filterItems = function (form, items, words, after) {
    var input = form.querySelector("input[type=search]");
    form.addEventListener("submit", function (e) { e.preventDefault(); });
    input.addEventListener("input", function () {
      var wanted = plain(input.value).split(/\s+/), shown = 0;
      each(items, function (item) {
        var has = plain(words(item));
        item.hidden = !wanted.every(function (w) { return has.indexOf(w) >= 0; });
        if (!item.hidden) shown++;
      });
      say(form, shown, items.length);
      after(input.value !== "");
    });
  };

  each(document.querySelectorAll("form.filter"), function (form) {
    var kind = form.dataset.filter;
    form.hidden = false;
    if (kind === "list") {
      filterItems(form, document.querySelectorAll("[data-list] > li"), function (li) { return li.dataset.words; }, groups);
    } else if (kind === "rows") {
      var section = form.parentElement;
      filterItems(form, section.querySelectorAll("tbody tr"), function (tr) { return tr.cells[0].textContent; }, function (some) {
        each(section.querySelectorAll("details.fold"), function (d) { if (some) d.open = true; });
      });
    } else if (kind === "score") {
      var bodies = document.querySelectorAll(".score tbody");
      form.addEventListener("change", function (e) {
        var wanted = e.target.value, shown = 0;
        each(bodies, function (b) {
          b.hidden = wanted !== "" && (wanted === "fail" ? b.dataset.assurance.split(" ").indexOf("fail") < 0 : b.dataset.variation.indexOf(wanted) !== 0);
          if (!b.hidden) shown++;
        });
        each(document.querySelectorAll(".domain table, .domain details"), function (t) { t.hidden = !t.querySelector("tbody:not([hidden])"); });
        each(document.querySelectorAll(".domain details:not([hidden])"), function (d) { if (wanted !== "") d.open = true; });
        each(document.querySelectorAll(".domain"), function (d) { d.hidden = !d.querySelector("tbody:not([hidden])"); });
        say(form, shown, bodies.length);
      });
    }
  });

  /* Sorting: a button in each head. Numbers by data-sort; what has no figure stays last either way. */
  var key = function (cell) { return cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent.trim(); };
  var compare = function (a, b) {
    var x = parseFloat(a.replace(/,/g, "").replace("\u2212", "-")), y = parseFloat(b.replace(/,/g, "").replace("\u2212", "-"));
    return isNaN(x) || isNaN(y) ? a.localeCompare(b) : x - y;
  };
  each(document.querySelectorAll("table[data-sortable]"), function (table) {
    var heads = table.tHead.rows[0].cells;
    each(heads, function (head, column) {
      var button = document.createElement("button"), unit = head.querySelector(".unit"), link = head.querySelector("a");
      button.type = "button";
      button.className = "sort";
      if (link) {
        button.setAttribute("aria-label", "Sort by " + link.textContent);
        (unit || head).appendChild(button);
      } else {
        while (head.firstChild && head.firstChild !== unit) button.appendChild(head.firstChild);
        head.insertBefore(button, unit);
      }
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending", body = table.tBodies[0];
        each(heads, function (h) { h.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.prototype.slice.call(body.rows).sort(function (r, s) {
          var a = key(r.cells[column]), b = key(s.cells[column]);
          if (a === "" || b === "") return (a === "") - (b === "");
          return down ? compare(b, a) : compare(a, b);
        }).forEach(function (row) { body.appendChild(row); });
      });
    });
  });

  /* Tooltips repeat an element's own <title> at once, on hover and on focus; the browser's come late, and not on focus. */
  var tip = document.createElement("div"), shown = null;
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.appendChild(tip);
  var hide = function () {
    if (shown && shown.held) shown.held.textContent = shown.words;
    shown = null;
    tip.hidden = true;
  };
  var show = function (target, hover) {
    var title = target.querySelector("title"), box;
    if (!title) return;
    hide();
    shown = { held: hover ? title : null, words: title.textContent };
    tip.textContent = shown.words;
    if (hover) title.textContent = "";   /* or the browser would show its own beside ours */
    tip.hidden = false;
    box = target.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(box.left + box.width / 2 - tip.offsetWidth / 2, document.documentElement.clientWidth - tip.offsetWidth - 8)) + window.scrollX + "px";
    tip.style.top = (box.top > tip.offsetHeight + 12 ? box.top - tip.offsetHeight - 8 : box.bottom + 8) + window.scrollY + "px";
  };
  var marked = function (e) { return e.target.closest ? e.target.closest(".chart-point, .chart a") : null; };
  /* A page that scrolls to the focus moves under a resting pointer: only what the pointer brought up goes with it. */
  document.addEventListener("pointerover", function (e) { var m = marked(e); if (m) show(m, true); else if (shown && shown.held) hide(); });
  document.addEventListener("focusin", function (e) { var m = marked(e); if (m) show(m, false); else if (shown) hide(); });
  document.addEventListener("keydown", function (e) { if (e.key === "Escape" && shown) hide(); });

  /* Paper has no way to open what is folded. */
  window.addEventListener("beforeprint", function () {
    each(document.querySelectorAll("details"), function (d) { d.open = true; });
  });
})();
