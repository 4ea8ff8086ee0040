// Before the first paint: the theme that was chosen, that scripts run, that a text waits.
{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    const waits = sessionStorage.getItem("fixbook:text") ?? history.state?.text;
    root.classList.toggle("asking", Boolean(waits));
  } catch {
    // Storage may be forbidden; then the system's theme it is.
  }
}
