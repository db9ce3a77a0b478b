# One image for each of our applications:
#
#   docker build --build-arg MODULE=order-service --tag millrace/order-service .
#
# All applications are compiled in one go, in stages that do not know MODULE, so the second image and those after it take
# what the first has built.

FROM eclipse-temurin:25-jdk-noble AS dependencies
WORKDIR /build
COPY mvnw pom.xml ./
COPY .mvn .mvn
# Maven wants to see every module of the project, even those that it does not build.
COPY benchmarks/pom.xml benchmarks/
COPY broker-service/pom.xml broker-service/
COPY e2e-tests/pom.xml e2e-tests/
COPY inventory-service/pom.xml inventory-service/
COPY local-stack/pom.xml local-stack/
COPY notification-service/pom.xml notification-service/
COPY order-service/pom.xml order-service/
COPY outbox-relay/pom.xml outbox-relay/
COPY reliable-messaging/pom.xml reliable-messaging/
ENV APPLICATIONS=broker-service,order-service,inventory-service,notification-service,outbox-relay
ENV PACKAGE="package -B -q -ntp -am -Dmaven.test.skip=true -Dspotless.check.skip=true -Dquarkus.package.jar.type=aot-jar"
# Maven's own libraries use what JDK 24 and later warn of.
ENV MAVEN_OPTS=--sun-misc-unsafe-memory-access=allow
# Packages the applications without their sources: that fetches all libraries and plugins. This layer stays as it is
# until a pom.xml changes.
RUN ./mvnw $PACKAGE -pl $APPLICATIONS && rm -rf */target

FROM dependencies AS build
COPY broker-service/src broker-service/src
COPY inventory-service/src inventory-service/src
COPY notification-service/src notification-service/src
COPY order-service/src order-service/src
COPY outbox-relay/src outbox-relay/src
COPY reliable-messaging/src reliable-messaging/src
RUN ./mvnw $PACKAGE -pl $APPLICATIONS

FROM eclipse-temurin:25-jre-noble AS runtime

# The system runs once in here, with some orders, and each JVM writes down what it loaded and how it was used. With that
# ahead-of-time cache an application starts in a third of the time. Nothing else of this stage is kept.
FROM postgres:18 AS training
COPY --from=runtime /opt/java/openjdk /opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
COPY docker/postgres/databases.sh /docker-entrypoint-initdb.d/
COPY docker/run.sh docker/ready.sh docker/train.sh /usr/local/bin/
COPY --from=build /build/broker-service/target/quarkus-app /app/broker-service
COPY --from=build /build/order-service/target/quarkus-app /app/order-service
COPY --from=build /build/inventory-service/target/quarkus-app /app/inventory-service
COPY --from=build /build/notification-service/target/quarkus-app /app/notification-service
COPY --from=build /build/outbox-relay/target/quarkus-app /app/outbox-relay
RUN train.sh

FROM runtime
ARG MODULE
ENV MODULE=$MODULE QUARKUS_HTTP_HOST=0.0.0.0 QUARKUS_HTTP_PORT=8080
COPY docker/run.sh docker/ready.sh /usr/local/bin/
COPY --from=training /app/$MODULE /app
WORKDIR /app
# A volume mounted here belongs to the application.
RUN install --directory --owner=10001 --group=10001 /data
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=3s --timeout=3s --start-period=60s --retries=10 CMD ["ready.sh", "8080"]
ENTRYPOINT ["run.sh"]
