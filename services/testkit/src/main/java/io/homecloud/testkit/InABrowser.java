package io.homecloud.testkit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A class of tests with one browser, and a new page of it for each of them. */
public abstract class InABrowser {
  protected static Chromium browser;
  protected BrowserPage page;

  @BeforeAll
  static void startBrowser() {
    browser = Chromium.start();
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @BeforeEach
  void openPage() {
    page = browser.page();
    page.size(1100, 800, false);
  }

  /** Where a browser finds a path of this machine: at a plain address of a home network. */
  protected static String at(int port, String path) {
    return "http://" + Chromium.HOST + ":" + port + path;
  }

  /** Pictures of the page as it is now, in {@code target/pages}. */
  protected void pictures(String name) {
    new Gallery(page).take(name);
  }
}
