# The JVM with what our programs use of it, and the jars that all of them have: shared by every image but PostgreSQL's.
FROM localhost/homecloud-debian AS jdk
# Unpacked, not installed: nothing but jlink is run.
RUN apt-get update -qq \
 && cd /tmp \
 && apt-get download -qq openjdk-25-jdk-headless openjdk-25-jre-headless \
 && for package in *.deb; do dpkg --extract "$package" /; done \
 && /usr/lib/jvm/java-25-openjdk-*/bin/jlink --output /opt/java \
      --compress zip-6 --strip-java-debug-attributes --no-header-files --no-man-pages --exclude-files '**.debuginfo' \
      --add-modules java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http \
      --add-modules java.rmi,java.security.jgss,java.security.sasl,java.sql,java.transaction.xa,java.xml \
      --add-modules jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs \
 && rm -rf /usr/lib/jvm /etc/java-25-openjdk /var/lib/apt/lists/* /tmp/*

FROM localhost/homecloud-debian
# Of Debian's JVM pictures are read by these.
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends libjpeg62-turbo liblcms2-2 \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
COPY --from=jdk /opt/java /opt/java
COPY common/ /opt/homecloud/
# An administrator's token, for whoever may run a command in the container.
RUN printf '%s\n' '#!/bin/sh' 'exec /opt/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$(echo /opt/homecloud/lib/main/io.homecloud.application-*.jar)" \' \
      '  io.homecloud.application.TokenCommand "${HOMECLOUD_DATA:-/var/lib/homecloud}/secrets/sign-in.json"' >/usr/local/bin/homecloud-token \
 && chmod 0755 /usr/local/bin/homecloud-token
ENV MALLOC_ARENA_MAX=1
ENTRYPOINT ["/usr/bin/tini", "--", "/opt/java/bin/java", "@/opt/homecloud/jvm.options", "-jar", "/opt/homecloud/quarkus-run.jar"]
