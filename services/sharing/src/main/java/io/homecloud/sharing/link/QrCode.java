package io.homecloud.sharing.link;

import io.nayuki.qrcodegen.QrCode.Ecc;

/** A link as a picture that a phone's camera reads. */
final class QrCode {
  /** ISO/IEC 18004 section 6.3.8: white modules around the symbol. */
  private static final int QUIET_ZONE = 4;

  private QrCode() {}

  /** An SVG picture, black on white in any colour scheme, since cameras want it so. */
  static String svg(String text) {
    var code = io.nayuki.qrcodegen.QrCode.encodeText(text, Ecc.MEDIUM);
    int side = code.size + 2 * QUIET_ZONE;
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < code.size; y++) {
      for (int x = 0; x < code.size; x++) {
        if (code.getModule(x, y)) {
          path.append('M')
              .append(x + QUIET_ZONE)
              .append(',')
              .append(y + QUIET_ZONE)
              .append("h1v1h-1z");
        }
      }
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %1$d" shape-rendering="crispEdges">\
    <rect width="%1$d" height="%1$d" fill="#fff"/><path d="%2$s" fill="#000"/></svg>\
    """
        .formatted(side, path);
  }
}
