package io.homecloud.testkit;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/**
 * Things of which a JVM has one, whatever class loader asks: Quarkus loads the test kit again for
 * the application under test. So what is shared is made of the JDK's types only, and kept by the
 * JVM's own registry; the system properties will not do, since Narayana reads all of them as text.
 */
final class PerJvm {
  private PerJvm() {}

  /** Takes requests, as maps of words, by that name; made by the first who asks. */
  static UnaryOperator<Map<String, String>> shared(
      String name, Callable<UnaryOperator<Map<String, String>>> make) {
    MBeanServer registry = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName key = new ObjectName("io.homecloud.testkit:name=" + name);
      // A lock that all class loaders share and nobody else takes: Kafka, as it starts, locks the
      // registry, on a thread of its own.
      synchronized (key.getCanonicalName().intern()) {
        if (!registry.isRegistered(key)) {
          registry.registerMBean(new StandardMBean(make.call(), UnaryOperator.class), key);
        }
      }
      return request -> ask(registry, key, request);
    } catch (Exception e) {
      throw new IllegalStateException("cannot start " + name, e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> ask(
      MBeanServer registry, ObjectName key, Map<String, String> request) {
    try {
      return (Map<String, String>)
          registry.invoke(
              key, "apply", new Object[] {request}, new String[] {Object.class.getName()});
    } catch (JMException e) {
      throw new IllegalStateException(key + " " + request.keySet(), e);
    }
  }
}
