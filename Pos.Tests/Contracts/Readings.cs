using System.Text;
using System.Text.Json.Nodes;
using Pos.Contracts;
using Xunit;

namespace Pos.Tests.Contracts;

/// <summary>Reads the sample purchase with one change and checks the result.</summary>
internal static class Readings
{
    /// <summary>Reads the sample purchase with the JSON of one field replaced or added.</summary>
    public static PurchaseReading Post(string field, string json)
    {
        var purchase = JsonNode.Parse(PurchaseSamples.Posted(PurchaseSamples.One()))!.AsObject();
        purchase[field] = null;
        var text = purchase
            .ToJsonString()
            .Replace($"\"{field}\":null", $"\"{field}\":{json}", StringComparison.Ordinal);
        return PurchaseReader.ReadPosted(Encoding.UTF8.GetBytes(text), PurchaseSamples.Rules);
    }

    public static void Expect(PurchaseReading reading, string field, string? code)
    {
        if (code is null)
        {
            Assert.Empty(reading.Errors);
            Assert.NotNull(reading.Accepted);
            return;
        }

        var error = Assert.Single(reading.Errors);
        Assert.Equal((field, code), (error.Field, error.Code));
        Assert.NotEmpty(error.Message);
        Assert.Null(reading.Accepted);
    }
}
