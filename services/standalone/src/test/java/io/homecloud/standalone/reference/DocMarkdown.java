package io.homecloud.standalone.reference;

import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import java.util.List;

/** Javadoc text as one line of Markdown. */
final class DocMarkdown {
  private DocMarkdown() {}

  static String of(List<? extends DocTree> parts) {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(of(part)));
    return text.toString().replaceAll("\\s+", " ").strip();
  }

  private static String of(DocTree part) {
    return switch (part) {
      case TextTree text -> text.getBody();
      case LiteralTree literal -> "`" + literal.getBody().getBody().strip() + "`";
      case LinkTree link ->
          link.getLabel().isEmpty()
              ? "`" + link.getReference().getSignature().replaceFirst("^.*#", "") + "`"
              : of(link.getLabel());
      case StartElementTree start -> start.getName().contentEquals("p") ? " " : "";
      default ->
          switch (part.getKind()) {
            case END_ELEMENT, COMMENT -> "";
            default -> part.toString();
          };
    };
  }
}
