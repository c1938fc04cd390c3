// A phone's camera reads labels and slips where the browser can; where it cannot, the page says how to type instead.
(() => {
  "use strict";

  const EVERY = 200; // ms between two looks at the picture
  const can = "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

  async function look(scanner, field) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    const video = document.createElement("video");
    video.playsInline = video.muted = true;
    video.srcObject = stream;
    scanner.append(video);
    await video.play();
    const stop = () => { stream.getTracks().forEach((track) => track.stop()); video.remove(); };
    window.addEventListener("pagehide", stop, { once: true });
    while (video.isConnected) {
      const [code] = await detector.detect(video).catch(() => []);
      if (code) {
        stop();
        field.value = code.rawValue;
        field.form.requestSubmit();
        return;
      }
      await new Promise((done) => { setTimeout(done, EVERY); });
    }
  }

  document.querySelectorAll("[data-scan-for]").forEach((scanner) => {
    const field = document.getElementById(scanner.dataset.scanFor);
    const button = scanner.querySelector("button");
    const note = scanner.querySelector("[data-scan-note]");
    button.hidden = !can;
    note.hidden = can;
    button.onclick = () => look(scanner, field).catch(() => { // refused, or no camera
      button.hidden = true;
      note.hidden = false;
    });
  });
})();
