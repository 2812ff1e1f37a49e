using Amazon.DynamoDBv2;
using Amazon.KinesisFirehose;
using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Cli;

/// <summary>
/// Runs a command that accesses the stores directly: those of the running AppHost, or those in the environment.
/// </summary>
internal sealed class StoreCommand(IServiceProvider services, NpgsqlDataSource warehouse)
{
    public IAmazonS3 S3 => services.GetRequiredService<IAmazonS3>();

    public IAmazonDynamoDB DynamoDB => services.GetRequiredService<IAmazonDynamoDB>();

    public IAmazonKinesisFirehose Firehose => services.GetRequiredService<IAmazonKinesisFirehose>();

    public NpgsqlDataSource Warehouse => warehouse;

    public PosResources Resources => services.GetRequiredService<PosResources>();

    /// <summary>Runs the command. Prints errors to standard error.</summary>
    /// <param name="name">Name of the command, for messages.</param>
    /// <param name="whenStopped">State after Ctrl-C, for the message; null to print none.</param>
    /// <param name="run">Does the work and returns one of <see cref="ExitCodes"/>.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static async Task<int> RunAsync(
        string name,
        string? whenStopped,
        Func<StoreCommand, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        LocalSystem.Use();
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        builder.AddS3();
        builder.AddDynamoDB();
        builder.AddFirehose();
        builder.AddResourceNames();
        if (
            (builder.Configuration.GetConnectionString("warehouse") ?? Endpoints.Find("warehouse"))
            is not { Length: > 0 } connectionString
        )
        {
            Console.Error.WriteLine(
                "No warehouse is configured: no AppHost has run here, and ConnectionStrings__warehouse is not set."
            );
            return ExitCodes.Unusable;
        }
        using var host = builder.Build();
        await using var warehouse = NpgsqlDataSource.Create(connectionString);
        try
        {
            return await run(new StoreCommand(host.Services, warehouse));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (whenStopped is not null)
                Console.Error.WriteLine($"{name} stopped; {whenStopped}.");
            return ExitCodes.Cancelled;
        }
        catch (Exception error) when (StoreUnavailable.IsFailedCall(error) || error is NpgsqlException)
        {
            Console.Error.WriteLine($"{name} failed: {error.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
