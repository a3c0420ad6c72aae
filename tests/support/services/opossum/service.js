// A small HTTP service with a real opossum circuit breaker around a real HTTP dependency.
//
// Its contract is in tests/support/breakers.py. It prints its address when it listens.
'use strict';

const http = require('node:http');
const CircuitBreaker = require('opossum');
const PrometheusMetrics = require('opossum-prometheus');

let failing = false;
let address = '';

async function askDependency() {
  const answer = await fetch(`${address}/dependency`);
  if (!answer.ok) throw new Error(`the dependency answered ${answer.status}`);
}

const breaker = new CircuitBreaker(askDependency, {
  name: process.argv[2],
  volumeThreshold: 4,
  errorThresholdPercentage: 50,
  resetTimeout: 200, // milliseconds
});
const exporter = new PrometheusMetrics({ circuits: [breaker] });

async function call() {
  try {
    await breaker.fire();
    return 200;
  } catch (error) {
    return error.code === 'EOPENBREAKER' ? 503 : 502;
  }
}

const routes = {
  'GET /dependency': () => (failing ? 500 : 200),
  'POST /dependency/fail': () => ((failing = true), 204),
  'POST /dependency/heal': () => ((failing = false), 204),
  'POST /call': call,
};

const server = http.createServer(async (request, response) => {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /metrics') {
    response.setHeader('Content-Type', exporter.client.register.contentType);
    response.end(exporter.metrics);
    return;
  }
  response.statusCode = route in routes ? await routes[route]() : 404;
  response.end();
});

server.listen(0, '127.0.0.1', () => {
  address = `http://127.0.0.1:${server.address().port}`;
  console.log(address);
});
