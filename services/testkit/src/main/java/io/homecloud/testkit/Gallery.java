package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** Pictures of pages, to be looked at. */
public record Gallery(BrowserPage page) {
  private static final Path PICTURES = Path.of("target/pages").toAbsolutePath();

  /** On a wide screen, on a phone, and at night. */
  public void take(String name) {
    page.size(1100, 800, false);
    page.screenshot(PICTURES.resolve(name + "-wide.png"));
    page.size(390, 844, true);
    page.screenshot(PICTURES.resolve(name + "-phone.png"));
    assertThat(page.value("document.documentElement.scrollWidth").asInt())
        .as("%s fits a phone", name)
        .isLessThanOrEqualTo(390);
    page.dark(true);
    page.screenshot(PICTURES.resolve(name + "-night.png"));
    page.dark(false);
    page.size(1100, 800, false);
  }
}
