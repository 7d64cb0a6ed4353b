// Reads a map under the pointer: the picture's colour says the value, its place says the hour.
document.querySelectorAll(".map[data-most]").forEach(function (map) {
  var image = map.querySelector(".plot img"), scale = map.querySelector(".scale img");
  var words = map.querySelector(".read"), said = words.textContent, most = Number(map.dataset.most);
  function pixels(of) {
    var canvas = document.createElement("canvas");
    canvas.width = of.naturalWidth;
    canvas.height = of.naturalHeight;
    var pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(of, 0, 0);
    return pen;
  }
  function value(colour, bar) {
    var best = 0, nearest = 1e9;
    for (var at = 0; bar.canvas.width > at; at += 1) {
      var known = bar.getImageData(at, 0, 1, 1).data;
      var far = Math.abs(known[0] - colour[0]) + Math.abs(known[1] - colour[1]) + Math.abs(known[2] - colour[2]);
      if (nearest > far) { nearest = far; best = at; }
    }
    return best / (bar.canvas.width - 1) * most;
  }
  image.addEventListener("pointermove", function (event) {
    var box = image.getBoundingClientRect(), pen = pixels(image);
    var x = Math.min(0.9999, Math.max(0, (event.clientX - box.left) / box.width));
    var y = Math.min(0.9999, Math.max(0, (event.clientY - box.top) / box.height));
    var colour = pen.getImageData(Math.floor(x * pen.canvas.width), Math.floor(y * pen.canvas.height), 1, 1).data;
    if (colour[3] === 0) { return; }
    var day = new Date(map.dataset.first + "T00:00:00Z"), hour = Math.floor(y * 24);
    day.setUTCDate(day.getUTCDate() + Math.floor(x * pen.canvas.width / Number(map.dataset.wide)));
    var date = day.toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
    var shown = value(colour, pixels(scale));
    words.textContent = date + ", " + hour + " h: about " + shown.toFixed(most > 19 ? 0 : 1) + "\u00a0" + map.dataset.unit;
  });
  image.addEventListener("pointerleave", function () { words.textContent = said; });
});
