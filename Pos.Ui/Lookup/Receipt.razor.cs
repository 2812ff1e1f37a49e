using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Lookup;

/// <summary>A purchase as a receipt: for the eye, for paper, and as it was answered.</summary>
public sealed partial class Receipt(NavigationManager navigation, IJSRuntime script)
{
    // Shown as text: the page escapes what a browser would read.
    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Parameter, EditorRequired]
    public required PurchaseView Purchase { get; set; }

    private decimal Sold => Purchase.Lines.Where(line => !line.IsReturn).Sum(line => line.Value);

    private decimal Returned => Purchase.Lines.Where(line => line.IsReturn).Sum(line => line.Value);

    private string Link => navigation.ToAbsoluteUri(LookupQuery.OfPurchase(Purchase.PurchaseId)).ToString();

    private string Json
    {
        get
        {
            using var document = JsonDocument.Parse(Purchase.Json is "" ? "{}" : Purchase.Json);
            return JsonSerializer.Serialize(document, s_readable);
        }
    }

    private async Task PrintAsync() => await script.InvokeVoidAsync("print");
}
