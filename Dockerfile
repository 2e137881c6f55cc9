# docker build --build-arg VERSION="$(node -p 'require("./package.json").version')" --tag saoma .

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY script script
COPY src src
RUN npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:24-bookworm-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Saoma" \
      org.opencontainers.image.description="Log people in by scanning a WeChat official-account QR code, without polling." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# No sandbox by accident: without an account and a site it ends with 78 and says what is missing.
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
# The program looks for its other files beside dist.
COPY --from=build /app/dist dist
COPY package.json ./
COPY config config
COPY public public
COPY examples examples
USER node
EXPOSE 3000
# Of the process, not of Redis: a node that waits for Redis is healthy, and unready. Another port: set PORT, not server.port.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not through npm: signals must reach the program.
CMD ["node", "--enable-source-maps", "dist/main.js"]
