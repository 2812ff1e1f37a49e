// dynalite throws what goes wrong with a request while it arrives: a client that is killed or gives up in the middle of one
// would end the whole server. Nothing of such a request has been carried out.
process.on('uncaughtException', (error) => {
  if (error.code === 'ECONNRESET') return;
  console.error(error);
  process.exit(1);
});

require('./node_modules/dynalite/cli.js');
