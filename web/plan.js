/* The levers of a plan: a slider beside each number, and the answer asked for while they move. The form works without any of this. */
(function () {
  "use strict";

  var form = document.querySelector("form.levers"), answer = document.getElementById("answer"), said = document.getElementById("answer-said");
  if (!form || !answer || !said || !window.fetch || !window.URLSearchParams) return;
  var each = function (list, f) { Array.prototype.forEach.call(list, f); };
  var asked = 0, timer = null;

  var address = function () { return form.action.split("?")[0] + "?" + new URLSearchParams(new FormData(form)).toString(); };

  /* What is wrong is said in the answer's place; each field that it leads to is marked. */
  var mark = function () {
    each(form.querySelectorAll("input[name], select[name]"), function (input) {
      var field = input.closest(".lever"), wrong = answer.querySelector('.problems a[href="#' + input.id + '"]'), why = field.querySelector(".why");
      if (why) why.remove();
      field.classList.toggle("wrong", !!wrong);
      input.setAttribute("aria-describedby", input.id + "-hint" + (wrong ? " " + input.id + "-error" : ""));
      if (!wrong) { input.removeAttribute("aria-invalid"); return; }
      input.setAttribute("aria-invalid", "true");
      why = document.createElement("p");
      why.className = "why";
      why.id = input.id + "-error";
      why.textContent = wrong.textContent;
      field.insertBefore(why, field.querySelector(".hint").nextSibling);
    });
  };

  var ask = function () {
    var mine = ++asked, there = address();
    answer.setAttribute("aria-busy", "true");
    fetch(there + "&part=answer", { credentials: "same-origin" }).then(function (r) {
      if (r.status !== 200 && r.status !== 400) throw new Error("status " + r.status);
      return r.text();
    }).then(function (words) {
      if (mine !== asked) return;
      var open = answer.querySelector("details[open]") !== null, before = document.querySelector("main > .problems");
      if (before) before.remove();
      answer.innerHTML = words;
      if (open) each(answer.querySelectorAll("details"), function (d) { d.open = true; });
      var sentence = answer.querySelector(".problems li") || answer.querySelector(".said");
      said.textContent = sentence ? sentence.textContent : "";
      mark();
      answer.removeAttribute("aria-busy");
      history.replaceState(null, "", there);
    }).catch(function () {
      if (mine !== asked) return;
      answer.removeAttribute("aria-busy");
      said.textContent = "The answer could not be had. The button below the levers asks again.";
    });
  };
  var soon = function () { clearTimeout(timer); timer = setTimeout(ask, 150); };

  each(form.querySelectorAll("input[data-low]"), function (input) {
    var slider = document.createElement("input"), number = function () { return parseFloat(input.value.replace(/[,% ]/g, "")); };
    slider.type = "range";
    slider.min = input.dataset.low;
    slider.max = input.dataset.high;
    slider.step = input.dataset.step;
    slider.setAttribute("aria-label", form.querySelector('label[for="' + input.id + '"]').textContent + ", slider");
    if (!isNaN(number())) slider.value = number();
    slider.addEventListener("input", function () { input.value = slider.value; soon(); });
    input.addEventListener("input", function () { if (!isNaN(number())) slider.value = number(); soon(); });
    input.parentElement.parentElement.appendChild(slider);
  });
  each(form.querySelectorAll("select, input:not([data-low]):not([type=range])"), function (input) { input.addEventListener("input", soon); });
  form.addEventListener("submit", function (e) { e.preventDefault(); clearTimeout(timer); ask(); });
})();
