using System.CommandLine;
using Amazon.KinesisFirehose;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pos.Purchases;
using Pos.ServiceDefaults;
using Pos.Warehouse.Loading;

namespace Pos.Cli.Warehouse;

/// <summary><c>pos warehouse</c>: what operators do with the warehouse.</summary>
internal static class WarehouseCommand
{
    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would be loaded, and change nothing." };
        var backfill = new Command("backfill", "Loads objects that delivery skipped when its retry time passed: 0 all are loaded, 2 some cannot be, 3 something is away. Again changes nothing.") { dryRun };
        backfill.SetAction((arguments, cancellationToken) => BackfillAsync(arguments.GetValue(dryRun), cancellationToken));
        return new Command("warehouse", "Looks after the warehouse.") { backfill };
    }

    private static async Task<int> BackfillAsync(bool dryRun, CancellationToken cancellationToken)
    {
        LocalSystem.Use();
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        builder.AddFirehose();
        builder.AddS3();
        if ((builder.Configuration.GetConnectionString("warehouse") ?? Endpoints.Find("warehouse")) is not { Length: > 0 } connectionString)
        {
            Console.Error.WriteLine("There is no warehouse: no AppHost has run here, and ConnectionStrings__warehouse is not set.");
            return ExitCodes.Unusable;
        }
        using var host = builder.Build();
        await using var warehouse = NpgsqlDataSource.Create(connectionString);
        var services = host.Services;
        try
        {
            var backfill = new Backfill(services.GetRequiredService<IAmazonKinesisFirehose>(), services.GetRequiredService<IAmazonS3>(), warehouse,
                services.GetRequiredService<PosResources>(), new ObjectLoader(TimeProvider.System), Console.Out);
            return await backfill.RunAsync(dryRun, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("backfill stopped; what it had loaded is loaded, the rest is as it was.");
            return ExitCodes.Cancelled;
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or NpgsqlException)
        {
            Console.Error.WriteLine($"backfill failed: {error.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
