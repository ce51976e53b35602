package io.homecloud.standalone.reference;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.Name;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of the services say about their classes and methods. The pages repeat it, so
 * that there is one place to write a sentence.
 */
final class Javadoc {
  /** Comments need no types, and a search for plugins among all our jars takes long. */
  private static final List<String> WITHOUT_CLASSES =
      List.of("-proc:none", "--class-path", ".", "--processor-path", ".");

  private final Map<String, Comment> comments = new HashMap<>();
  private final Set<String> read = new HashSet<>();

  /**
   * A comment as Markdown.
   *
   * @param summary its first sentence
   * @param text all of it but the tags, in one paragraph
   * @param parameters what it says of each parameter or component
   */
  record Comment(String summary, String text, Map<String, String> parameters) {}

  /**
   * @param binaryName as {@link Class#getName}
   */
  Optional<Comment> ofClass(String binaryName) {
    read(binaryName);
    return Optional.ofNullable(comments.get(binaryName));
  }

  /** Of overloaded methods, the first one that says something. */
  Optional<Comment> ofMethod(String binaryName, String method) {
    read(binaryName);
    return Optional.ofNullable(comments.get(binaryName + "#" + method));
  }

  private void read(String binaryName) {
    String outermost = binaryName.split("\\$", -1)[0];
    if (!read.add(outermost)) {
      return;
    }
    String file = "src/main/java/" + outermost.replace('.', '/') + ".java";
    try {
      for (Path source : OurModules.existing(file)) {
        parse(source);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void parse(Path source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, WITHOUT_CLASSES, null, files.getJavaFileObjects(source));
      DocTrees documents = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Reader(documents).scan(unit, unit.getPackageName() + ".");
      }
    }
  }

  /** Walks classes and methods; what it carries is the beginning of the names within. */
  private final class Reader extends TreePathScanner<@Nullable Void, String> {
    private final DocTrees documents;

    Reader(DocTrees documents) {
      this.documents = documents;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, String prefix) {
      note(prefix + tree.getSimpleName());
      return super.visitClass(tree, prefix + tree.getSimpleName() + "$");
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, String prefix) {
      Name name = tree.getName();
      note(prefix.substring(0, prefix.length() - 1) + "#" + name);
      return null;
    }

    private void note(String name) {
      DocCommentTree comment = documents.getDocCommentTree(getCurrentPath());
      if (comment == null) {
        return;
      }
      Map<String, String> parameters = new HashMap<>();
      comment.getBlockTags().stream()
          .filter(ParamTree.class::isInstance)
          .map(ParamTree.class::cast)
          .forEach(tag ->
              parameters.put(tag.getName().toString(), DocMarkdown.of(tag.getDescription())));
      comments.putIfAbsent(
          name,
          new Comment(
              DocMarkdown.of(comment.getFirstSentence()),
              DocMarkdown.of(comment.getFullBody()),
              parameters));
    }
  }
}
