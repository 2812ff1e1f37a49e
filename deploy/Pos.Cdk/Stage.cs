using Amazon.CDK;
using Amazon.CDK.AWS.Logs;
using Pos.Storage;

namespace Pos.Cdk;

/// <summary>What differs between the stages.</summary>
internal sealed record Stage
{
    /// <summary>Cheap, and gone without a trace when it is destroyed.</summary>
    public static Stage Dev { get; } =
        new()
        {
            Name = "dev",
            IsProduction = false,
            Shards = 1,
            StreamRetention = TimeSpan.FromHours(24), // the least, and free
            LogRetention = RetentionDays.TWO_WEEKS,
            MaximumWarehouseCapacity = 8,
            DeliveryInterval = TimeSpan.FromMinutes(15), // the longest that Firehose buffers
            MergeInterval = TimeSpan.FromHours(6),
            RequestsPerSecond = 50,
            WebAppReplicas = 1,
            WebAppProcessor = 256,
            NatGateways = 1,
        };

    /// <summary>Keeps what it holds, whatever is done to the stack.</summary>
    public static Stage Prod { get; } =
        new()
        {
            Name = "prod",
            IsProduction = true,
            Shards = 4,
            StreamRetention = TimeSpan.FromDays(7),
            LogRetention = RetentionDays.ONE_YEAR,
            MaximumWarehouseCapacity = 64,
            DeliveryInterval = TimeSpan.FromMinutes(5),
            MergeInterval = TimeSpan.FromMinutes(15),
            RequestsPerSecond = 500,
            WebAppReplicas = 2,
            WebAppProcessor = 512,
            NatGateways = 3, // one a zone, so that none depends on another
        };

    public required string Name { get; init; }
    public required bool IsProduction { get; init; }
    public required int Shards { get; init; }
    public required TimeSpan StreamRetention { get; init; }
    public required RetentionDays LogRetention { get; init; }

    /// <summary>Redshift processing units; 8 is the base.</summary>
    public required int MaximumWarehouseCapacity { get; init; }

    /// <summary>
    /// How long Firehose gathers rows for a COPY. Every COPY wakes the warehouse for a minute at least, which is paid.
    /// </summary>
    public required TimeSpan DeliveryInterval { get; init; }

    /// <summary>How old a row of the views may be, on top of <see cref="DeliveryInterval"/>.</summary>
    public required TimeSpan MergeInterval { get; init; }
    public required int RequestsPerSecond { get; init; }
    public required int WebAppReplicas { get; init; }

    /// <summary>A replica's share of a processor: 1,024 is a whole one. It has twice as many MiB of memory.</summary>
    public required int WebAppProcessor { get; init; }

    /// <summary>Ways out of the network for the web app.</summary>
    public required int NatGateways { get; init; }
    public string DashboardName => $"pos-{Name}";

    /// <summary>What becomes of a store when it is taken out of the stack, or the stack goes.</summary>
    public RemovalPolicy Removal => IsProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    /// <summary>
    /// The usual names, told apart by stage. Buckets' names are AWS's to give, being unique worldwide.
    /// </summary>
    public PosResources Resources { get; private init; } = new();

    /// <exception cref="ArgumentException">There is no such stage.</exception>
    public static Stage Parse(string name)
    {
        var stage = name switch
        {
            "dev" => Dev,
            "prod" => Prod,
            _ => throw new ArgumentException($"The stage is '{name}'; there are: dev, prod."),
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
