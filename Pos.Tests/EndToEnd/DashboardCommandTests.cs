using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Executes the commands of the dashboard.</summary>
[SystemTest]
public sealed class DashboardCommandTests : IAsyncLifetime
{
    private readonly RunningSystem _system = new([RunningSystem.NoSample]);
    private readonly string _file = Path.GetTempFileName();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        File.Delete(_file);
        File.Delete(Path.ChangeExtension(_file, ".rejects.csv"));
    }

    [Fact]
    public async Task Import_reconcile_reshard_and_reset_work()
    {
        await File.WriteAllTextAsync(
            _file,
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
                + "D1,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
                + "D1,71053,LANTERN,0,2010-12-01 08:26:00,3.39,17850,United Kingdom\n"
        );

        var missing = await ExecuteAsync("pipeline", "import-csv", ("path", "/no/such/file.csv"));
        Assert.False(missing.Success);

        var imported = await ExecuteAsync("pipeline", "import-csv", ("path", _file));
        Assert.True(imported.Success, imported.Message);
        Assert.Contains("1 rows rejected", $"{imported.Message} {imported.Data?.Value}", StringComparison.Ordinal);

        await using (var stores = await _system.StoresAsync())
            await Wait.UntilAsync(async () => (await ReconcileAsync()).Success);
        Assert.Equal("All three stores have the same 1 line of 1 purchase.", (await ReconcileAsync()).Message);

        var resharded = await ExecuteAsync("localcloud", "reshard", ("shards", "2"));
        Assert.True(resharded.Success, resharded.Message);
        Assert.False((await ExecuteAsync("localcloud", "reshard", ("shards", "none"))).Success);

        var reset = await ExecuteAsync("pipeline", "reset-data");
        Assert.True(reset.Success, reset.Message);
        await Wait.UntilAsync(async () => (await ReconcileAsync()).Success);
        Assert.Equal("All three stores have the same 0 lines of 0 purchases.", (await ReconcileAsync()).Message);
    }

    private Task<ExecuteCommandResult> ReconcileAsync() => ExecuteAsync("pipeline", "reconcile");

    private async Task<ExecuteCommandResult> ExecuteAsync(
        string resource,
        string command,
        params (string Name, string Value)[] arguments
    )
    {
        var application = await _system.ApplicationAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return await application.ResourceCommands.ExecuteCommandAsync(
            resource,
            command,
            new InteractionInputCollection([
                .. arguments.Select(argument => new InteractionInput
                {
                    Name = argument.Name,
                    InputType = InputType.Text,
                    Value = argument.Value,
                }),
            ]),
            limit.Token
        );
    }
}
