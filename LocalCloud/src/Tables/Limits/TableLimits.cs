using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using Microsoft.Extensions.Options;

namespace LocalCloud.Tables.Limits;

/// <summary>
/// Rejects requests beyond a table's throughput, if <see cref="LocalCloudOptions.EnforceLimits"/> is true.
/// </summary>
internal sealed class TableLimits(IOptions<LocalCloudOptions> options, TimeProvider time)
{
    public bool Enforced { get; } = options.Value.EnforceLimits;

    /// <exception cref="AwsException">ProvisionedThroughputExceededException</exception>
    public void Read(Table table, double units)
    {
        if (!TryRead(table, units))
            throw Exceeded();
    }

    /// <exception cref="AwsException">ProvisionedThroughputExceededException</exception>
    public void Write(Table table, double units)
    {
        if (!TryWrite(table, units))
            throw Exceeded();
    }

    public bool TryRead(Table table, double units) => !Enforced || table.Throughput.TryRead(units, time.GetUtcNow());

    public bool TryWrite(Table table, double units) => !Enforced || table.Throughput.TryWrite(units, time.GetUtcNow());

    public static AwsException Exceeded() =>
        new(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. "
                + "Consider increasing your provisioning level with the UpdateTable API."
        );
}
