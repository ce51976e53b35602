package io.homecloud.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** One page in {@link Chromium}, seen and used as a person does. */
public final class BrowserPage {
  private final Chromium browser;
  private final String context;
  private final String session;
  private final AtomicInteger loads = new AtomicInteger();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();

  BrowserPage(Chromium browser, String context, String session) {
    this.browser = browser;
    this.context = context;
    this.session = session;
    browser.listen(this::told);
    for (String domain : List.of("Page", "Runtime", "Log", "DOM", "Network")) {
      send(domain + ".enable", Map.of());
    }
    // The load of the empty page that it begins with is none that anybody waits for.
    Eventually.eventually(() -> {
      if (!value("document.readyState").asText().equals("complete")) {
        throw new IllegalStateException("the empty page is not loaded");
      }
    });
  }

  private JsonNode send(String method, Map<String, ?> parameters) {
    return browser.send(session, method, parameters);
  }

  private void told(JsonNode event) {
    if (!event.path("sessionId").asText().equals(session)) {
      return;
    }
    JsonNode told = event.path("params");
    switch (event.path("method").asText()) {
      case "Page.loadEventFired" -> loads.incrementAndGet();
      case "Log.entryAdded" -> {
        JsonNode entry = told.path("entry");
        if (!entry.path("level").asText().equals("info")) {
          complaints.add(entry.path("source").asText() + ": " + entry.path("text").asText());
        }
      }
      case "Runtime.exceptionThrown" -> complaints.add(told.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> complaints.add("console: " + told.path("args"));
      case "Page.javascriptDialogOpening" -> {
        questions.add(told.path("type").asText());
        // Not by this thread, which would hear the answer.
        Thread.ofVirtual().start(() -> send("Page.handleJavaScriptDialog", Map.of("accept", true)));
      }
      default -> {
        // of no interest
      }
    }
  }

  /** What the browser's console shows: violations of the policy, failed requests, errors. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** What it has asked in a window of its own, answered with yes: beforeunload, as one leaves. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  /** Goes there, and waits until all of it is loaded. */
  public void open(String url) {
    loading(() -> send("Page.navigate", Map.of("url", url)));
  }

  /** Does what leads to another page, and waits until all of that is loaded. */
  public void loading(Runnable action) {
    // A page that loaded itself anew can be read before it is there as a whole, and told so.
    Eventually.eventually(() -> {
      if (!value("document.readyState").asText().equals("complete")) {
        throw new IllegalStateException("the page before is still being loaded");
      }
    });
    int before = loads.get();
    action.run();
    Eventually.eventually(() -> {
      if (loads.get() == before) {
        throw new IllegalStateException("nothing else was loaded; the page is " + text("body"));
      }
    });
  }

  /** Whether scripts of the page may run. */
  public void scripts(boolean allowed) {
    send("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
  }

  /** How large the window is, and whether it is one of a phone. */
  public void size(int width, int height, boolean phone) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
  }

  /** Which colours the device prefers. */
  public void dark(boolean preferred) {
    Map<String, String> feature =
        Map.of("name", "prefers-color-scheme", "value", preferred ? "dark" : "light");
    send("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** A cookie that the browser has from now on for that address, as from an earlier answer. */
  public void cookie(String url, String name, String value) {
    send("Network.setCookie", Map.of("url", url, "name", name, "value", value));
  }

  /** Where what it downloads is put. */
  public void downloadsTo(Path directory) {
    browser.send(
        null,
        "Browser.setDownloadBehavior",
        Map.of(
            "behavior",
            "allow",
            "browserContextId",
            context,
            "downloadPath",
            directory.toString()));
  }

  /** The value of an expression of JavaScript, once it is there; works with scripts forbidden. */
  public JsonNode value(String expression) {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of(
                "expression", expression,
                "awaitPromise", true,
                "returnByValue", true,
                "userGesture", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  private static String element(String selector) {
    return "document.querySelector(" + new TextNode(selector) + ")";
  }

  public boolean has(String selector) {
    return value(element(selector) + " !== null").asBoolean();
  }

  /** What a person reads there. */
  public String text(String selector) {
    return value(element(selector) + "?.innerText ?? ''").asText();
  }

  /** Clicks with the mouse in the middle of it. */
  public void click(String selector) {
    JsonNode middle =
        value(
            "(() => { const e = "
                + element(selector)
                + "; e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
                + " return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()");
    for (String type : List.of("mousePressed", "mouseReleased")) {
      send(
          "Input.dispatchMouseEvent",
          Map.of(
              "type",
              type,
              "x",
              middle.path("x").asDouble(),
              "y",
              middle.path("y").asDouble(),
              "button",
              "left",
              "clickCount",
              1));
    }
  }

  /** Writes into a field, in place of what is there. */
  public void type(String selector, String text) {
    JsonNode _ = value(element(selector) + ".focus(), " + element(selector) + ".select?.()");
    send("Input.insertText", Map.of("text", text));
  }

  /** Chooses what a list offers. */
  public void select(String selector, String value) {
    JsonNode _ = value(element(selector) + ".value = '" + value + "'");
    if (!value(element(selector) + ".value").asText().equals(value)) {
      throw new AssertionError(selector + " does not offer " + value);
    }
  }

  /** Chooses files of this machine in a field for them. */
  public void choose(String selector, Path... files) {
    int root = send("DOM.getDocument", Map.of()).path("root").path("nodeId").asInt();
    int node =
        send("DOM.querySelector", Map.of("nodeId", root, "selector", selector))
            .path("nodeId")
            .asInt();
    send(
        "DOM.setFileInputFiles",
        Map.of("nodeId", node, "files", Arrays.stream(files).map(Path::toString).toList()));
  }

  /** A picture of what is seen in the window. */
  public void screenshot(Path file) {
    String picture = send("Page.captureScreenshot", Map.of("format", "png")).path("data").asText();
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.write(file, Base64.getDecoder().decode(picture));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
