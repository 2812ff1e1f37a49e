using System.Text.RegularExpressions;
using LocalCloud.Protocol;

namespace LocalCloud.Delivery.Api;

/// <summary>The API's rule for a delivery stream's name.</summary>
internal static partial class DeliveryStreamNames
{
    public static Constraints DeliveryStreamName(this Constraints constraints, string? name) =>
        constraints.Length("deliveryStreamName", name, 1, 64).Pattern("deliveryStreamName", name, Allowed());

    [GeneratedRegex("^[a-zA-Z0-9_.-]+$")]
    private static partial Regex Allowed();
}
