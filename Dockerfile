# The gateway as an image: any user id, read-only file system (with /data and /tmp writable).
#   docker build -t bactrian .
#   docker run --rm -p 8080:8080 -p 127.0.0.1:8081:8081 -v bactrian:/data -e DEEPSEEK_API_KEY bactrian
FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /src
COPY pom.xml ./
COPY kamelets kamelets
COPY src src
RUN mvn -q -B -P start package

FROM eclipse-temurin:25-jre
WORKDIR /opt/bactrian
COPY bactrian LICENSE* ./
COPY --from=build /src/target/bactrian.jar target/
COPY --from=build /src/target/lib target/lib
# The archive of classes for quick starts belongs to this very JVM, so it is made here.
RUN ./bactrian build && mkdir /data && chgrp 0 /data && chmod 770 /data
ENV BACTRIAN_DATA=/data
VOLUME /data
EXPOSE 8080 8081
USER 10001:0
ENTRYPOINT ["/opt/bactrian/bactrian"]
