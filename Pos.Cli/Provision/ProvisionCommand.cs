using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pos.ServiceDefaults;
using Pos.Storage;
using Pos.Storage.Warehouse;

namespace Pos.Cli.Provision;

/// <summary>
/// <c>pos provision</c>: creates the resources that the services need and that are missing, at the AWS endpoints in the
/// environment.
/// </summary>
internal static class ProvisionCommand
{
    public static Command Create()
    {
        var shards = new Option<int>("--shards")
        {
            HelpName = "N",
            Description = "Number of shards of a new stream.",
            DefaultValueFactory = _ => 4,
        };
        var command = new Command(
            "provision",
            "Creates stream, tables, buckets, warehouse schema and delivery stream if they are missing. "
                + "Repeating it changes nothing."
        )
        {
            shards,
        };
        command.SetAction((arguments, cancellationToken) => RunAsync(arguments.GetValue(shards), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int shards, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        builder.AddKinesis();
        builder.AddFirehose();
        builder.AddS3();
        builder.AddDynamoDB();
        builder.AddResourceNames();
        builder.Services.AddSingleton(provider => new WarehouseDestination(
            provider.GetRequiredService<IConfiguration>().GetConnectionString("warehouse")
                ?? throw new InvalidOperationException(
                    "ConnectionStrings:warehouse is not configured. Set it to the warehouse's connection string."
                )
        ));
        builder.Services.AddSingleton(provider =>
            WarehouseUsers.Configured(provider.GetRequiredService<IConfiguration>())
        );
        builder.Services.AddTransient<DeliveryStreamProvisioning>();
        builder.Services.AddTransient<Provisioner>();
        using var host = builder.Build();
        try
        {
            await host.Services.GetRequiredService<Provisioner>().RunAsync(shards, cancellationToken);
            return ExitCodes.Done;
        }
        catch (Exception error)
            when (StoreUnavailable.IsFailedCall(error)
                || error is NpgsqlException or WarehouseReaderException or InvalidOperationException
            )
        {
            Console.Error.WriteLine($"provision failed: {error.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
