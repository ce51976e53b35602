package io.homecloud.events;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Comparator;
import java.util.List;

/** Every fact that there is a record of. */
final class EventTypes {
  private EventTypes() {}

  static List<Class<? extends Fact>> all() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.homecloud.events")
            .stream()
            .filter(type -> type.isAssignableTo(Fact.class) && !type.isInterface())
            .map(JavaClass::reflect)
            .<Class<? extends Fact>>map(type -> type.asSubclass(Fact.class))
            .sorted(Comparator.comparing(Fact::typeOf))
            .toList();
  }
}
