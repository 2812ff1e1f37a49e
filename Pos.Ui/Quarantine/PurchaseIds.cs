using System.Text.Json;

namespace Pos.Ui.Quarantine;

/// <summary>The ids of the purchases in a text that has one a line.</summary>
internal static class PurchaseIds
{
    public static IReadOnlyList<string> In(string ndjson) =>
        [
            .. ndjson
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(IdOf)
                .OfType<string>()
                .Distinct(),
        ];

    private static string? IdOf(string line)
    {
        try
        {
            using var purchase = JsonDocument.Parse(line);
            return
                purchase.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("purchase_id", out var id)
                && id.ValueKind is JsonValueKind.String
                ? id.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
