// Runs before the first paint: the reader's own choice of light or dark, where one was made.
// Without one the page follows the system, and the LCD stays dark.
try {
  const chosen = document.documentElement.dataset;
  const theme = localStorage.getItem('twinverter.theme');
  const lcd = localStorage.getItem('twinverter.lcd');
  if (theme === 'light' || theme === 'dark') chosen.theme = theme;
  if (lcd === 'light' || lcd === 'dark') chosen.lcd = lcd;
} catch {
  // Storage is closed to this page: the defaults stand.
}
