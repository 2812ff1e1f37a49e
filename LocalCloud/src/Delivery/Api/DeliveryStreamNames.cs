using System.Text.RegularExpressions;
using LocalCloud.Protocol;

namespace LocalCloud.Delivery.Api;

/// <summary>Validates names of delivery streams by the API's rules.</summary>
internal static partial class DeliveryStreamNames
{
    public static Constraints DeliveryStreamName(this Constraints constraints, string? name) =>
        constraints.Length("deliveryStreamName", name, 1, 64).Pattern("deliveryStreamName", name, NamePattern());

    [GeneratedRegex("^[a-zA-Z0-9_.-]+$")]
    private static partial Regex NamePattern();
}
