# The exchange for production (DATABASE_URL is needed). The image's own Node 24 runs it: the optional packages, which carry
# a Node and a PostgreSQL for machines that have neither, stay out.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 METRICS_HOST=0.0.0.0 PRASAN_FOLDER=/var/lib/prasan TZ=UTC
WORKDIR /app
# /var/lib/prasan is the one place that is written: the key file, made by `prasan db init`.
RUN install -d -o node -g node -m 0700 /var/lib/prasan
COPY --from=dependencies /app/node_modules node_modules
COPY package.json openapi.yaml LICENSE* ./
COPY bin bin
COPY schema schema
COPY registry registry
COPY drizzle drizzle
COPY src src
USER node
VOLUME /var/lib/prasan
EXPOSE 8080 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell between Node and SIGTERM. The flag is bin/node's.
ENTRYPOINT ["node", "--max-semi-space-size=16", "src/cli/main.ts"]
CMD ["serve"]
