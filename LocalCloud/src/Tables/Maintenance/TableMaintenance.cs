using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Transactions;
using Microsoft.Extensions.Options;

namespace LocalCloud.Tables.Maintenance;

/// <summary>
/// Periodically deletes expired items and tokens, and saves the item counts. Saves the counts once more when LocalCloud
/// stops.
/// </summary>
internal sealed partial class TableMaintenance(
    IItemStore store,
    TableCatalog tables,
    ItemExpiry expiry,
    RequestTokens tokens,
    IOptions<TablesOptions> options,
    TimeProvider time,
    ILogger<TableMaintenance> logger
) : BackgroundService
{
    private readonly Dictionary<string, long> _keptCounts = new(StringComparer.Ordinal);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var table in tables.All)
            TableCounts.Load(store, table);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await KeepCountsAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ExpiryInterval, time);
        while (await WaitAsync(timer, stoppingToken))
        {
            try
            {
                await expiry.SweepAsync(stoppingToken);
                await tokens.SweepAsync();
                await KeepCountsAsync();
            }
            catch (IOException error)
            {
                LogFailed(logger, error);
            }
        }
    }

    private static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task KeepCountsAsync()
    {
        var batch = new ItemBatch();
        foreach (var table in tables.All)
        {
            var counted = table.Sizes.All.Sum(size => size.Value.Bytes * 31 + size.Value.Items);
            if (_keptCounts.GetValueOrDefault(table.Name) == counted)
                continue;
            _keptCounts[table.Name] = counted;
            TableCounts.Add(batch, table);
        }
        if (batch.Changes.Count > 0)
            await store.CommitAsync(batch);
    }

    [LoggerMessage(1, LogLevel.Error, "Maintenance of tables failed; retrying in the next interval")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
