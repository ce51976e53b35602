package io.homecloud.standalone.reference;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import io.homecloud.control.api.Asked;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of the common parameters a resource method really looks at: those that it, or a method that
 * it hands them to, asks {@link Asked} for.
 */
final class AskedOf {
  private final JavaClasses classes;

  AskedOf(JavaClasses classes) {
    this.classes = classes;
  }

  /** Names of methods of {@link Asked}. */
  Set<String> method(String className, String method) {
    Set<String> asked = new TreeSet<>();
    Set<JavaMethod> seen = new HashSet<>();
    for (JavaMethod candidate : classes.get(className).getMethods()) {
      if (candidate.getName().equals(method)) {
        follow(candidate, seen, asked);
      }
    }
    return asked;
  }

  private void follow(JavaMethod method, Set<JavaMethod> seen, Set<String> asked) {
    if (!seen.add(method)) {
      return;
    }
    for (JavaMethodCall call : method.getMethodCallsFromSelf()) {
      JavaClass owner = call.getTargetOwner();
      if (owner.isEquivalentTo(Asked.class)) {
        asked.add(call.getTarget().getName());
      } else if (call.getTarget().getRawParameterTypes().stream()
          .anyMatch(type -> type.isEquivalentTo(Asked.class))) {
        call.getTarget().resolveMember().ifPresent(target -> follow(target, seen, asked));
      }
    }
  }
}
