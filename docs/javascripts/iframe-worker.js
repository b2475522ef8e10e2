// The search of the site runs in a Worker, which browsers refuse to pages that are opened as files.
// There a hidden frame takes its place: the same script, the same messages, in this very thread.
if (location.protocol === "file:") {
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "search";
      document.documentElement.append(frame);
      const inside = frame.contentWindow;
      inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = inside.document.createElement("script");
      script.src = url;
      this.there = new Promise((loaded) => (script.onload = () => loaded(inside)));
      inside.document.head.append(script);
    }

    postMessage(data) {
      this.there.then((inside) => inside.dispatchEvent(new MessageEvent("message", { data })));
    }
  };
}
