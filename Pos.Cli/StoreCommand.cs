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
/// What a command works on when it goes past the services: the running AppHost's stores, or those that the environment
/// names.
/// </summary>
internal sealed class StoreCommand(IServiceProvider services, NpgsqlDataSource warehouse)
{
    public IAmazonS3 S3 => services.GetRequiredService<IAmazonS3>();

    public IAmazonDynamoDB DynamoDB => services.GetRequiredService<IAmazonDynamoDB>();

    public IAmazonKinesisFirehose Firehose => services.GetRequiredService<IAmazonKinesisFirehose>();

    public NpgsqlDataSource Warehouse => warehouse;

    public PosResources Resources => services.GetRequiredService<PosResources>();

    /// <summary>Runs a command's work, and tells on the error stream why it did not come to its end.</summary>
    /// <param name="name">What is said to have failed or stopped.</param>
    /// <param name="whenStopped">What Ctrl-C leaves behind; null when there is nothing to say.</param>
    /// <param name="work">Returns one of <see cref="ExitCodes"/>.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static async Task<int> RunAsync(
        string name,
        string? whenStopped,
        Func<StoreCommand, Task<int>> work,
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
                "There is no warehouse: no AppHost has run here, and ConnectionStrings__warehouse is not set."
            );
            return ExitCodes.Unusable;
        }
        using var host = builder.Build();
        await using var warehouse = NpgsqlDataSource.Create(connectionString);
        try
        {
            return await work(new StoreCommand(host.Services, warehouse));
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
