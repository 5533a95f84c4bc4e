// The language of the page: both languages stand in it, and style.css shows that of the root element.

// Show a language, "en" or "zh", and keep it in the address and in the links to the other page.
function showLanguage(language) {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  const button = document.getElementById("language");
  button.textContent = language === "zh" ? "English" : "中文";
  button.lang = language === "zh" ? "en" : "zh-Hans";
}

// Return the language that the address asks for.
function languageOfAddress() {
  return new URLSearchParams(location.search).get("lang") === "zh" ? "zh" : "en";
}

// Let the button change the language. The place on the page stays.
function startLanguage() {
  const button = document.getElementById("language");
  button.hidden = false;
  button.addEventListener("click", () => {
    const language = languageOfAddress() === "zh" ? "en" : "zh";
    history.replaceState(null, "", `${location.pathname}${language === "zh" ? "?lang=zh" : ""}${location.hash}`);
    showLanguage(language);
  });
  showLanguage(languageOfAddress());
}

startLanguage();
