using Amazon.CDK;
using Amazon.CDK.AWS.Logs;
using Pos.Storage;

namespace Pos.Cdk;

/// <summary>The settings that differ between stages.</summary>
internal sealed record Stage
{
    /// <summary>Cheap. Destroying the stack deletes everything.</summary>
    public static Stage Dev { get; } =
        new()
        {
            Name = "dev",
            IsProduction = false,
            Shards = 1,
            StreamRetention = TimeSpan.FromHours(24), // The minimum, which is free.
            LogRetention = RetentionDays.TWO_WEEKS,
            MaxWarehouseCapacity = 8,
            DeliveryInterval = TimeSpan.FromMinutes(15), // Firehose's maximum.
            MergeInterval = TimeSpan.FromHours(6),
            RequestsPerSecond = 50,
            WebAppReplicas = 1,
            WebAppProcessor = 256,
            NatGateways = 1,
        };

    /// <summary>Keeps its data, even when the stack is destroyed.</summary>
    public static Stage Prod { get; } =
        new()
        {
            Name = "prod",
            IsProduction = true,
            Shards = 4,
            StreamRetention = TimeSpan.FromDays(7),
            LogRetention = RetentionDays.ONE_YEAR,
            MaxWarehouseCapacity = 64,
            DeliveryInterval = TimeSpan.FromMinutes(5),
            MergeInterval = TimeSpan.FromMinutes(15),
            RequestsPerSecond = 500,
            WebAppReplicas = 2,
            WebAppProcessor = 512,
            NatGateways = 3, // One per zone, so that zones are independent.
        };

    public required string Name { get; init; }
    public required bool IsProduction { get; init; }
    public required int Shards { get; init; }
    public required TimeSpan StreamRetention { get; init; }
    public required RetentionDays LogRetention { get; init; }

    /// <summary>Redshift processing units; 8 is the base.</summary>
    public required int MaxWarehouseCapacity { get; init; }

    /// <summary>
    /// Time that Firehose buffers rows for a COPY. Every COPY is charged at least a minute of the warehouse.
    /// </summary>
    public required TimeSpan DeliveryInterval { get; init; }

    /// <summary>Time between merges. Views lag by this plus <see cref="DeliveryInterval"/>.</summary>
    public required TimeSpan MergeInterval { get; init; }
    public required int RequestsPerSecond { get; init; }
    public required int WebAppReplicas { get; init; }

    /// <summary>CPU units of a replica; 1,024 is one processor. Its memory in MiB is twice this number.</summary>
    public required int WebAppProcessor { get; init; }

    /// <summary>NAT gateways for the web app.</summary>
    public required int NatGateways { get; init; }
    public string DashboardName => $"pos-{Name}";

    /// <summary>True if stores are deleted when they, or the stack, are removed.</summary>
    public RemovalPolicy Removal => IsProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    /// <summary>
    /// Resource names with the stage's suffix. AWS chooses the names of buckets, which are unique worldwide.
    /// </summary>
    public PosResources Resources { get; private init; } = new();

    /// <summary>Returns the stage with a name, including its resource names.</summary>
    /// <exception cref="ArgumentException">There is no such stage.</exception>
    public static Stage Parse(string name)
    {
        var stage = name switch
        {
            "dev" => Dev,
            "prod" => Prod,
            _ => throw new ArgumentException($"Unknown stage '{name}'. Use dev or prod."),
        };
        var local = new PosResources();
        return stage with
        {
            Resources = local with
            {
                Stream = $"{local.Stream}-{name}",
                LookupTable = $"{local.LookupTable}-{name}",
                LeaseTable = $"{local.LeaseTable}-{name}",
                DeliveryStream = $"{local.DeliveryStream}-{name}",
            },
        };
    }
}
